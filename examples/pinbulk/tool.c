// tool.c: messages, options, files: what all commands need.
#include "tool.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

tool_common tool_settings;

// ---- messages -----------------------------------------------------------------------------------

// The length of the valid UTF-8 sequence at `text`, 0 when there is none or it is a control
// character.
static size_t printable(const unsigned char *text, size_t length)
{
    size_t i, more;
    unsigned long code;
    if (text[0] < 0x80)
        return text[0] >= 0x20 && text[0] != 0x7f;
    more = text[0] >= 0xf0 ? 3 : text[0] >= 0xe0 ? 2 : 1;
    if (text[0] < 0xc2 || text[0] > 0xf4 || more >= length)
        return 0;
    code = text[0] & (0x3fu >> more);
    for (i = 1; i <= more; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3fu);
    }
    if (code < 0xa0 || (more == 2 && code < 0x800) || (more == 3 && code < 0x10000) ||
        (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
        return 0;
    if ((code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
        (code >= 0x2066 && code <= 0x2069) || code == 0xfeff) // changes what the eye sees
        return 0;
    return more + 1;
}

void tool_print_safe(FILE *file, const char *text, size_t length)
{
    while (length > 0) {
        size_t size = printable((const unsigned char *)text, length);
        if (size == 0)
            putc('?', file);
        else
            fwrite(text, 1, size, file);
        text += size ? size : 1;
        length -= size ? size : 1;
    }
}

void tool_print_json(FILE *file, const char *text, size_t length)
{
    putc('"', file);
    while (length > 0) {
        size_t size = printable((const unsigned char *)text, length);
        if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else if (size > 0)
            fwrite(text, 1, size, file);
        else if ((unsigned char)*text < 0x80)
            fprintf(file, "\\u%04x", (unsigned)*text);
        else
            fputs("\\ufffd", file);
        text += size ? size : 1;
        length -= size ? size : 1;
    }
    putc('"', file);
}

static void say(const char *event, int code, const char *format, va_list arguments)
{
    char line[2048];
    int length;
    tool_progress_clear();
    length = vsnprintf(line, sizeof line, format, arguments);
    if (length >= (int)sizeof line)
        memcpy(line + sizeof line - 4, "...", 4);
    if (tool_settings.json) {
        fprintf(stderr, "{\"event\":\"%s\"", event);
        if (code > 0)
            fprintf(stderr, ",\"exit\":%d", code);
        fputs(",\"message\":", stderr);
        tool_print_json(stderr, line, strlen(line));
        fputs("}\n", stderr);
        return;
    }
    fputs("pinbulk: ", stderr);
    if (code == 0)
        fputs("warning: ", stderr);
    tool_print_safe(stderr, line, strlen(line));
    putc('\n', stderr);
}

int tool_fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("error", code, format, arguments);
    va_end(arguments);
    return code;
}

void tool_warn(const char *format, ...)
{
    va_list arguments;
    if (tool_settings.quiet)
        return;
    va_start(arguments, format);
    say("warning", 0, format, arguments);
    va_end(arguments);
}

// ---- interruption -------------------------------------------------------------------------------

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = number;
}

int tool_interrupted(void)
{
    return interrupted;
}

void tool_signals(void)
{
    struct sigaction action, before;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt; // without SA_RESTART: a read that waits comes back
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, NULL, &before);
    if (before.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN; // a closed pipe is an error of the write
    sigaction(SIGPIPE, &action, NULL);
}

// ---- memory -------------------------------------------------------------------------------------

void *tool_allocate(size_t size)
{
    return tool_grow(NULL, size);
}

void *tool_grow(void *memory, size_t size)
{
    memory = realloc(memory, size ? size : 1);
    if (memory == NULL) {
        tool_fail(TOOL_FILE, "there is not enough memory");
        exit(TOOL_FILE);
    }
    return memory;
}

char *tool_copy(const char *text, size_t length)
{
    char *copy = (char *)tool_allocate(length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

// Memory that lasts as long as the program.
void *tool_keep(void *memory)
{
    static void *kept[64];
    static size_t count;
    if (count < sizeof kept / sizeof kept[0])
        kept[count++] = memory;
    return memory;
}

// ---- options ------------------------------------------------------------------------------------

static int set_option(const tool_option *option, const char *value)
{
    const char **text = (const char **)option->value;
    uint64_t number = 0;
    size_t i, old;
    char *joined;
    switch (option->kind) {
    case TOOL_TEXT:
        *text = value;
        return TOOL_OK;
    case TOOL_LIST:
        if (*text == NULL) {
            *text = value;
            return TOOL_OK;
        }
        old = strlen(*text);
        joined = (char *)tool_allocate(old + strlen(value) + 2);
        memcpy(joined, *text, old);
        joined[old] = ',';
        strcpy(joined + old + 1, value);
        *text = (const char *)tool_keep(joined);
        return TOOL_OK;
    case TOOL_NUMBER:
        for (i = 0; isdigit((unsigned char)value[i]); i++) {
            unsigned digit = (unsigned)(value[i] - '0');
            if (number > (UINT64_MAX - digit) / 10)
                break;
            number = number * 10 + digit;
        }
        if (i == 0 || value[i] != '\0')
            return tool_fail(TOOL_USAGE, "%s needs a number, not \"%s\"", option->name, value);
        *(uint64_t *)option->value = number;
        return TOOL_OK;
    case TOOL_FLAG:
        break;
    }
    return TOOL_OK;
}

int tool_options(int argc, char **argv, const tool_option *options, const char *const *names,
                 const char **arguments)
{
    const tool_option common[] = {
        {"--quiet", TOOL_FLAG, &tool_settings.quiet}, {"-q", TOOL_FLAG, &tool_settings.quiet},
        {"--json", TOOL_FLAG, &tool_settings.json},   {"--help", TOOL_FLAG, &tool_settings.help},
        {"-h", TOOL_FLAG, &tool_settings.help},       {NULL, TOOL_FLAG, NULL}};
    size_t got;
    int i, only_arguments = 0;
    for (got = 0; names[got]; got++)
        arguments[got] = NULL;
    got = 0;
    for (i = 1; i < argc; i++) {
        const char *word = argv[i], *equals = strchr(word, '=');
        size_t length = equals ? (size_t)(equals - word) : strlen(word);
        const tool_option *option = NULL, *row;
        int table;
        if (!only_arguments && strcmp(word, "--") == 0) {
            only_arguments = 1;
            continue;
        }
        if (only_arguments || word[0] != '-' || word[1] == '\0') {
            if (names[got] == NULL)
                // it is not repeated: it may be a token
                return tool_fail(TOOL_USAGE, "there are too many arguments; see pinbulk %s --help",
                                 argv[0]);
            arguments[got++] = word;
            continue;
        }
        if (word[1] != '-') // -o=FILE is not a form that anybody uses
            equals = NULL, length = strlen(word);
        for (table = 0; table < 2; table++)
            for (row = table ? common : options; row->name; row++)
                if (strlen(row->name) == length && memcmp(row->name, word, length) == 0)
                    option = row;
        if (option == NULL) // not the value: it may be a token that was meant for elsewhere
            return tool_fail(TOOL_USAGE, "there is no option %.*s; see pinbulk %s --help",
                             (int)length, word, argv[0]);
        if (option->kind == TOOL_FLAG) {
            if (equals)
                return tool_fail(TOOL_USAGE, "%s takes no value", option->name);
            *(int *)option->value = 1;
            continue;
        }
        if (!equals && i + 1 == argc)
            return tool_fail(TOOL_USAGE, "%s needs a value", option->name);
        if (set_option(option, equals ? equals + 1 : argv[++i]) != TOOL_OK)
            return TOOL_USAGE;
    }
    if (names[got] && !tool_settings.help)
        return tool_fail(TOOL_USAGE, "%s needs %s; see pinbulk %s --help", argv[0], names[got],
                         argv[0]);
    return TOOL_OK;
}

// ---- output files -------------------------------------------------------------------------------

int tool_output_open(tool_output *output, const char *path, int force)
{
    struct stat status;
    char *temporary;
    size_t length;
    int descriptor;
    memset(output, 0, sizeof *output);
    if (path == NULL || strcmp(path, "-") == 0) {
        output->file = stdout;
        return TOOL_OK;
    }
    length = strlen(path);
    if (length == 0 || path[length - 1] == '/')
        return tool_fail(TOOL_USAGE, "\"%s\" is no name of a file", path);
    if (lstat(path, &status) == 0) {
        if (!S_ISREG(status.st_mode))
            return tool_fail(TOOL_USAGE, "%s is there already and no plain file", path);
        if (!force)
            return tool_fail(TOOL_USAGE, "%s is there already; --force replaces it", path);
    }
    temporary = (char *)tool_allocate(length + 16);
    snprintf(temporary, length + 16, "%s.XXXXXX", path); // in the same folder: to be renamed
    descriptor = mkstemp(temporary);                     // mode 0600
    if (descriptor < 0 || (output->file = fdopen(descriptor, "wb")) == NULL) {
        int code = tool_fail(TOOL_FILE, "%s cannot be written: %s", path, strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
            unlink(temporary);
        }
        free(temporary);
        return code;
    }
    output->path = tool_copy(path, length);
    output->temporary = temporary;
    output->force = force;
    return TOOL_OK;
}

int tool_output_restart(tool_output *output)
{
    if (output->path == NULL || fflush(output->file) != 0 || fseeko(output->file, 0, SEEK_SET) ||
        ftruncate(fileno(output->file), 0) != 0)
        return TOOL_FILE;
    return TOOL_OK;
}

// Makes the new name last, as far as the file system offers it.
static void sync_folder(const char *path)
{
    char *folder = tool_copy(path, strlen(path)), *slash = strrchr(folder, '/');
    int descriptor;
    if (slash)
        slash[slash == folder] = '\0';
    descriptor = open(slash ? folder : ".", O_RDONLY);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}

int tool_output_commit(tool_output *output)
{
    int code = TOOL_OK, failed = 0;
    if (output->file == NULL)
        return TOOL_OK;
    if (output->path == NULL) {
        if (fflush(output->file) != 0 || ferror(output->file))
            code = tool_fail(TOOL_FILE, "standard output cannot be written: %s", strerror(errno));
        output->file = NULL;
        return code;
    }
    failed = fflush(output->file) != 0 || ferror(output->file);
    if (!failed && fsync(fileno(output->file)) != 0 && errno != EINVAL)
        failed = errno;
    if (fclose(output->file) != 0)
        failed = 1;
    output->file = NULL;
    if (failed) {
        code = tool_fail(TOOL_FILE, "%s cannot be written: %s", output->path, strerror(errno));
    } else if (output->force) {
        if (rename(output->temporary, output->path) != 0)
            code = tool_fail(TOOL_FILE, "%s cannot be written: %s", output->path, strerror(errno));
    } else if (link(output->temporary, output->path) == 0) { // never replaces anything
        unlink(output->temporary);
    } else if (errno == EEXIST) {
        code = tool_fail(TOOL_USAGE, "%s has appeared meanwhile and stays as it is: run it again",
                         output->path);
    } else if (access(output->path, F_OK) == 0 || rename(output->temporary, output->path) != 0) {
        // file systems without hard links
        code = tool_fail(TOOL_FILE, "%s cannot be written: %s", output->path, strerror(errno));
    }
    if (code == TOOL_OK) {
        sync_folder(output->path);
        free(output->temporary);
        output->temporary = NULL;
    }
    tool_output_abort(output);
    return code;
}

void tool_output_abort(tool_output *output)
{
    if (output->file && output->path)
        fclose(output->file);
    if (output->temporary)
        unlink(output->temporary);
    free(output->temporary);
    free(output->path);
    memset(output, 0, sizeof *output);
}

// ---- input files --------------------------------------------------------------------------------

// Opens for reading. -1 with a message, and the exit code in *code.
static int open_input(const char *path, int *code)
{
    struct stat status;
    int descriptor;
    *code = TOOL_OK;
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    descriptor = open(path, O_RDONLY);
    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(descriptor);
        errno = EISDIR;
        descriptor = -1;
    }
    if (descriptor < 0)
        *code = tool_fail(TOOL_FILE, "%s cannot be read: %s", path, strerror(errno));
    return descriptor;
}

// The next bytes; 0 at the end. -1: an error, or an interruption.
static ssize_t read_some(int descriptor, char *data, size_t size)
{
    ssize_t got;
    do
        got = read(descriptor, data, size);
    while (got < 0 && errno == EINTR && !interrupted);
    return got;
}

static int read_failed(const char *path)
{
    if (interrupted)
        return tool_fail(TOOL_INTERRUPTED + interrupted, "interrupted");
    return tool_fail(TOOL_FILE, "%s cannot be read: %s", path, strerror(errno));
}

int tool_input_read(const char *path, uint64_t limit, char **data, size_t *length)
{
    size_t size = 65536, used = 0;
    int code, descriptor = open_input(path, &code);
    ssize_t got = 0;
    char *text;
    if (descriptor < 0)
        return code;
    text = (char *)tool_allocate(size);
    while ((got = read_some(descriptor, text + used, size - used - 1)) > 0) {
        used += (size_t)got;
        if (limit > 0 && used > limit) {
            code = tool_fail(TOOL_USAGE, "%s is larger than %llu bytes", path,
                             (unsigned long long)limit);
            break;
        }
        if (size - used < 2)
            text = (char *)tool_grow(text, size *= 2);
    }
    if (got < 0)
        code = read_failed(path);
    if (descriptor != STDIN_FILENO)
        close(descriptor);
    if (code != TOOL_OK) {
        free(text);
        return code;
    }
    text[used] = '\0';
    *data = text;
    *length = used;
    return TOOL_OK;
}

void tool_place_go(tool_place *place, const char *text, size_t length)
{
    size_t i;
    for (i = 0; i < length; i++) {
        if (text[i] == '\n') {
            place->line++;
            place->column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) { // characters, not bytes
            place->column++;
        }
    }
}

int tool_problem(const char *file, const tool_place *place, const char *path, const char *message)
{
    tool_progress_clear();
    if (strcmp(file, "-") == 0)
        file = "standard input";
    if (tool_settings.json) {
        fputs("{\"event\":\"problem\",\"file\":", stderr);
        tool_print_json(stderr, file, strlen(file));
        fprintf(stderr, ",\"line\":%llu,\"column\":%llu,\"path\":", (unsigned long long)place->line,
                (unsigned long long)place->column);
        tool_print_json(stderr, path, strlen(path));
        fputs(",\"message\":", stderr);
        tool_print_json(stderr, message, strlen(message));
        fputs("}\n", stderr);
        return TOOL_USAGE;
    }
    tool_print_safe(stderr, file, strlen(file));
    fprintf(stderr, ":%llu:%llu: ", (unsigned long long)place->line,
            (unsigned long long)place->column);
    if (path[0]) {
        tool_print_safe(stderr, path, strlen(path));
        fputs(": ", stderr);
    }
    tool_print_safe(stderr, message, strlen(message));
    putc('\n', stderr);
    return TOOL_USAGE;
}

// ---- records of a file --------------------------------------------------------------------------

enum { WINDOW = 1 << 22, PATH = 1024, COLUMNS = 1 << 16, CHUNK = 1 << 16 };

// Where the byte `offset` is. Reads the file again; standard input was kept by nobody.
static int find_place(const char *path, uint64_t offset, tool_place *place)
{
    char *chunk;
    FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "rb");
    place->line = place->column = 1;
    if (file == NULL)
        return 0;
    chunk = (char *)tool_allocate(CHUNK);
    while (offset > 0) {
        size_t got = fread(chunk, 1, offset < CHUNK ? (size_t)offset : CHUNK, file);
        if (got == 0)
            break;
        tool_place_go(place, chunk, got);
        offset -= got;
    }
    free(chunk);
    fclose(file);
    return 1;
}

int tool_records_read(const char *path, pinbulk_reading *reading,
                      const pinbulk_reading_config *config)
{
    pinbulk_reading_config own = *config;
    pinbulk_error error;
    pinbulk_sink sink;
    pinbulk_result result;
    tool_place start = {1, 1}, place; // of the chunk
    uint64_t at = 0;
    char *memory, *chunk;
    int code, descriptor = open_input(path, &code);
    ssize_t got = 0;
    if (descriptor < 0)
        return code;
    memory = (char *)tool_allocate(WINDOW + PATH + COLUMNS + CHUNK);
    chunk = memory + WINDOW + PATH + COLUMNS;
    own.records.window = memory;
    own.records.window_size = WINDOW;
    own.records.path = memory + WINDOW;
    own.records.path_size = PATH;
    own.records.columns = memory + WINDOW + PATH;
    own.records.columns_size = COLUMNS;
    result = pinbulk_reading_init(reading, &own);
    sink = pinbulk_reading_sink(reading);
    memset(&error, 0, sizeof error);
    while (result == PINBULK_OK && !interrupted) {
        got = read_some(descriptor, chunk, CHUNK);
        if (got <= 0)
            break;
        result = sink.write(sink.ctx, chunk, (size_t)got);
        if (result == PINBULK_OK) {
            tool_place_go(&start, chunk, (size_t)got);
            at += (uint64_t)got;
        }
    }
    if (interrupted || got < 0) {
        code = read_failed(path);
    } else if (pinbulk_reading_end(reading, NULL, &error) != PINBULK_OK) {
        place = start;
        if (error.has_offset && error.offset >= at && got > 0 && error.offset - at <= (uint64_t)got)
            tool_place_go(&place, chunk, (size_t)(error.offset - at));
        else if (error.has_offset && error.offset < at && !find_place(path, error.offset, &place))
            place = start;
        if (error.result == PINBULK_SINK_FAILED)
            code = TOOL_FILE; // the program stopped, and has said why
        else
            code =
                tool_problem(path, &place, error.path,
                             error.message[0] ? error.message : pinbulk_result_text(error.result));
    }
    if (descriptor != STDIN_FILENO)
        close(descriptor);
    free(memory);
    return code;
}
