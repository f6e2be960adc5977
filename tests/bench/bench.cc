// bench.cc: the other contestants, the clock and the table. See run.sh.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <time.h>

#include "bench.h"

#ifdef HAVE_RAPIDJSON
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#endif
#ifdef HAVE_CJSON
#include <cjson/cJSON.h>
#endif
#ifdef HAVE_YAJL
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>
#endif

// Reading

static int read_memcpy(const char *text, size_t length, int, tally *)
{
    static char *copy = nullptr;
    static size_t size = 0;
    if (size < length) {
        std::free(copy);
        size = length;
        copy = static_cast<char *>(std::malloc(size));
    }
    std::memcpy(copy, text, length);
    return copy[length / 2] == text[length / 2];
}

#ifdef HAVE_RAPIDJSON
struct rapidjson_tally : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, rapidjson_tally> {
    tally *seen;
    explicit rapidjson_tally(tally *to) : seen(to)
    {
    }
    bool Default()
    {
        seen->others++;
        return true;
    }
    bool Key(const char *, rapidjson::SizeType length, bool)
    {
        seen->keys++;
        seen->bytes += length;
        return true;
    }
    bool String(const char *, rapidjson::SizeType length, bool)
    {
        seen->strings++;
        seen->bytes += length;
        return true;
    }
    bool StartObject()
    {
        return true;
    }
    bool EndObject(rapidjson::SizeType)
    {
        return true;
    }
    bool StartArray()
    {
        return true;
    }
    bool EndArray(rapidjson::SizeType)
    {
        return true;
    }
};

template <unsigned flags>
static int read_rapidjson(const char *text, size_t length, int, tally *seen)
{
    rapidjson::MemoryStream stream(text, length);
    rapidjson::Reader reader;
    rapidjson_tally handler(seen);
    return !reader.Parse<flags>(stream, handler).IsError();
}

// The text is followed by zeros, so that the faster stream that looks for one can be used as well.
template <unsigned flags>
static int read_rapidjson_string(const char *text, size_t, int, tally *seen)
{
    rapidjson::StringStream stream(text);
    rapidjson::Reader reader;
    rapidjson_tally handler(seen);
    return !reader.Parse<flags>(stream, handler).IsError();
}

template <unsigned flags>
static int read_rapidjson_lines(const char *text, size_t length, int, tally *seen)
{
    rapidjson::MemoryStream stream(text, length);
    rapidjson::Reader reader;
    rapidjson_tally handler(seen);
    while (stream.Tell() + 1 < length)
        if (reader.Parse<flags | rapidjson::kParseStopWhenDoneFlag>(stream, handler).IsError())
            return 0;
    return 1;
}
#endif

#ifdef HAVE_CJSON
static void walk(const cJSON *value, tally *seen)
{
    for (; value; value = value->next) {
        if (value->string) {
            seen->keys++;
            seen->bytes += std::strlen(value->string);
        }
        if (cJSON_IsString(value)) {
            seen->strings++;
            seen->bytes += std::strlen(value->valuestring);
        } else if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
            walk(value->child, seen);
        } else {
            seen->others++;
        }
    }
}

static int read_cjson(const char *text, size_t length, int verify, tally *seen)
{
    cJSON *root = cJSON_ParseWithLength(text, length);
    if (verify)
        walk(root, seen);
    cJSON_Delete(root);
    return root != nullptr;
}
#endif

#ifdef HAVE_YAJL
static int yajl_other(void *ctx)
{
    static_cast<tally *>(ctx)->others++;
    return 1;
}

static int yajl_bool(void *ctx, int)
{
    return yajl_other(ctx);
}

static int yajl_number(void *ctx, const char *, size_t)
{
    return yajl_other(ctx);
}

static int yajl_string(void *ctx, const unsigned char *, size_t length)
{
    static_cast<tally *>(ctx)->strings++;
    static_cast<tally *>(ctx)->bytes += length;
    return 1;
}

static int yajl_key(void *ctx, const unsigned char *, size_t length)
{
    static_cast<tally *>(ctx)->keys++;
    static_cast<tally *>(ctx)->bytes += length;
    return 1;
}

static int read_yajl(const char *text, size_t length, int, tally *seen)
{
    static const yajl_callbacks callbacks = {yajl_other,  yajl_bool,   nullptr, nullptr,
                                             yajl_number, yajl_string, nullptr, yajl_key,
                                             nullptr,     nullptr,     nullptr};
    yajl_handle handle = yajl_alloc(&callbacks, nullptr, seen);
    int good = 1;
    for (size_t at = 0; good && at < length; at += CHUNK)
        good = yajl_parse(handle, reinterpret_cast<const unsigned char *>(text + at),
                          std::min<size_t>(CHUNK, length - at)) == yajl_status_ok;
    good = good && yajl_complete_parse(handle) == yajl_status_ok;
    yajl_free(handle);
    return good;
}
#endif

// Writing

#ifdef HAVE_RAPIDJSON
// The buffer is kept, so that later rounds write into warm memory, like those of pinbulk.
template <unsigned flags>
static size_t write_rapidjson(const parent *parents, size_t count, char *copy)
{
    static rapidjson::StringBuffer buffer;
    buffer.Clear();
    rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>,
                      rapidjson::CrtAllocator, flags>
        writer(buffer);
    writer.StartObject();
    writer.Key("create", 6);
    writer.StartObject();
    writer.Key("keywords", 8);
    writer.StartArray();
    for (size_t i = 0; i < count; i++) {
        writer.StartObject();
        writer.Key("parent_id", 9);
        writer.String(parents[i].id, unsigned(std::strlen(parents[i].id)));
        writer.Key("keywords", 8);
        writer.StartArray();
        for (size_t j = 0; j < parents[i].count; j++) {
            const keyword &k = parents[i].keywords[j];
            writer.StartObject();
            if (k.has_bid) {
                writer.Key("bid", 3);
                writer.Int64(k.bid);
            }
            writer.Key("match_type", 10);
            writer.String(k.match_type, unsigned(k.match_type_length));
            writer.Key("value", 5);
            if (!writer.String(k.value, unsigned(k.length)))
                return 0;
            writer.EndObject();
        }
        writer.EndArray();
        writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
    writer.EndObject();
    if (copy)
        std::memcpy(copy, buffer.GetString(), buffer.GetSize());
    return writer.IsComplete() ? buffer.GetSize() : 0;
}
#endif

#ifdef HAVE_YAJL
static void yajl_text(yajl_gen gen, const char *text, size_t length)
{
    yajl_gen_string(gen, reinterpret_cast<const unsigned char *>(text), length);
}

static size_t write_yajl(const parent *parents, size_t count, char *copy)
{
    yajl_gen gen = yajl_gen_alloc(nullptr);
    const unsigned char *text;
    size_t length = 0;
    yajl_gen_map_open(gen);
    yajl_text(gen, "create", 6);
    yajl_gen_map_open(gen);
    yajl_text(gen, "keywords", 8);
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < count; i++) {
        yajl_gen_map_open(gen);
        yajl_text(gen, "parent_id", 9);
        yajl_text(gen, parents[i].id, std::strlen(parents[i].id));
        yajl_text(gen, "keywords", 8);
        yajl_gen_array_open(gen);
        for (size_t j = 0; j < parents[i].count; j++) {
            const keyword &k = parents[i].keywords[j];
            yajl_gen_map_open(gen);
            if (k.has_bid) {
                yajl_text(gen, "bid", 3);
                yajl_gen_integer(gen, k.bid);
            }
            yajl_text(gen, "match_type", 10);
            yajl_text(gen, k.match_type, k.match_type_length);
            yajl_text(gen, "value", 5);
            yajl_text(gen, k.value, k.length);
            yajl_gen_map_close(gen);
        }
        yajl_gen_array_close(gen);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
    yajl_gen_map_close(gen);
    yajl_gen_map_close(gen);
    yajl_gen_get_buf(gen, &text, &length);
    if (copy)
        std::memcpy(copy, text, length);
    yajl_gen_free(gen);
    return length;
}
#endif

#ifdef HAVE_CJSON
static cJSON *cjson_upsert;

static void cjson_prepare(const parent *parents, size_t count)
{
    cjson_upsert = cJSON_CreateObject();
    cJSON *list =
        cJSON_AddArrayToObject(cJSON_AddObjectToObject(cjson_upsert, "create"), "keywords");
    for (size_t i = 0; i < count; i++) {
        cJSON *of_parent = cJSON_CreateObject();
        cJSON_AddItemToArray(list, of_parent);
        cJSON_AddStringToObject(of_parent, "parent_id", parents[i].id);
        cJSON *keywords = cJSON_AddArrayToObject(of_parent, "keywords");
        for (size_t j = 0; j < parents[i].count; j++) {
            const keyword &k = parents[i].keywords[j];
            cJSON *item = cJSON_CreateObject();
            cJSON_AddItemToArray(keywords, item);
            if (k.has_bid)
                cJSON_AddNumberToObject(item, "bid", double(k.bid));
            cJSON_AddStringToObject(item, "match_type", k.match_type);
            cJSON_AddStringToObject(item, "value", std::string(k.value, k.length).c_str());
        }
    }
}

static size_t write_cjson(const parent *, size_t, char *copy)
{
    char *text = cJSON_PrintUnformatted(cjson_upsert);
    size_t length = text ? std::strlen(text) : 0;
    if (copy)
        std::memcpy(copy, text, length);
    cJSON_free(text);
    return length;
}
#endif

// Measuring

struct column {
    contestant who;
    double best; // seconds for one run
    uint64_t allocations, peak;
};

static bool markdown;
static int rounds = 7;
static bool failed;

// Of this process, so that what else runs on the machine counts less.
static double seconds()
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

// glibc puts off work that free leaves behind; the next contestant must not pay for it.
static void settle()
{
    void *volatile block = std::malloc(100000);
    std::free(block);
}

static void fail(const char *who, const char *what)
{
    std::printf("FAILED: %s: %s\n", who, what);
    failed = true;
}

static void print_bytes(char *to, size_t size, uint64_t bytes)
{
    if (bytes < 10000)
        std::snprintf(to, size, "%llu B", static_cast<unsigned long long>(bytes));
    else if (bytes < 10000000)
        std::snprintf(to, size, "%llu KB", static_cast<unsigned long long>(bytes / 1000));
    else
        std::snprintf(to, size, "%llu MB", static_cast<unsigned long long>(bytes / 1000000));
}

static double best_of(const std::vector<column> &columns, const char *name)
{
    for (const column &c : columns)
        if (std::strcmp(c.who.name, name) == 0)
            return c.best;
    return 0;
}

static void print_table(const char *title, const std::vector<column> &columns, size_t length,
                        const char *base_name)
{
    double base = best_of(columns, base_name);
    std::printf(markdown ? "\n**%s**\n\n" : "\n%s\n", title);
    if (markdown)
        std::printf("| | ratio | MB/s | allocations | peak heap |\n|---|--:|--:|--:|--:|\n");
    else
        std::printf("  %-46s %7s %8s %12s %10s\n", "", "ratio", "MB/s", "allocations", "peak heap");
    for (const column &c : columns) {
        char peak[32], ratio[32] = "-";
        print_bytes(peak, sizeof peak, c.peak);
        if (base > 0)
            std::snprintf(ratio, sizeof ratio, "%.2f", base / c.best);
        std::printf(
            markdown ? "| %s | %s | %.0f | %llu | %s |\n" : "  %-46s %7s %8.0f %12llu %10s\n",
            (std::string(c.who.name) + (c.who.needs_all ? " (*)" : "")).c_str(), ratio,
            double(length) / c.best / 1e6, static_cast<unsigned long long>(c.allocations), peak);
    }
}

static std::vector<column> measure_reading(const std::vector<contestant> &contestants,
                                           const std::string &text, size_t length)
{
    std::vector<column> columns;
    int repeats = std::max(1, int(20000000 / length));
    for (const contestant &who : contestants) {
        column c = {who, 1e9, 0, 0};
        tally seen = {};
        bench_memory_start();
        int good = who.read(text.data(), length, 0, &seen);
        bench_memory_stop(&c.allocations, &c.peak);
        seen = tally();
        if (!good || !who.read(text.data(), length, 1, &seen)) {
            fail(who.name, "did not read the document");
            continue;
        }
        // All that claim to look at the same things have seen the same.
        for (const column &other : columns) {
            tally theirs = {};
            if (!who.check || !other.who.check || std::strcmp(who.check, other.who.check) != 0)
                continue;
            other.who.read(text.data(), length, 1, &theirs);
            if (std::memcmp(&seen, &theirs, sizeof seen) != 0)
                fail(who.name, "saw something else than the others");
            break;
        }
        columns.push_back(c);
    }
    for (int round = 0; round < rounds; round++) {
        for (column &c : columns) {
            tally seen = {};
            settle();
            double start = seconds();
            for (int i = 0; i < repeats; i++)
                c.who.read(text.data(), length, 0, &seen);
            c.best = std::min(c.best, (seconds() - start) / repeats);
        }
    }
    return columns;
}

static std::vector<column> measure_writing(const std::vector<contestant> &contestants,
                                           const std::vector<parent> &parents, size_t *length)
{
    std::vector<column> columns;
    std::string expected, got;
    for (const contestant &who : contestants) {
        column c = {who, 1e9, 0, 0};
        bench_memory_start();
        size_t size = who.write(parents.data(), parents.size(), nullptr);
        bench_memory_stop(&c.allocations, &c.peak);
        if (size == 0) {
            fail(who.name, "did not write the document");
            continue;
        }
        got.assign(size, '\0');
        who.write(parents.data(), parents.size(), &got[0]);
        if (who.check && !expected.empty() && got != expected)
            fail(who.name, "wrote something else than the others");
        if (who.check && expected.empty())
            expected = got;
        *length = size;
        columns.push_back(c);
    }
    for (int round = 0; round < rounds * 10; round++) {
        for (column &c : columns) {
            settle();
            double start = seconds();
            c.who.write(parents.data(), parents.size(), nullptr);
            c.best = std::min(c.best, seconds() - start);
        }
    }
    return columns;
}

// A file and 64 zeros behind it; `length` is without these.
static std::string load(const std::string &path, size_t *length)
{
    std::string text;
    std::FILE *file = std::fopen(path.c_str(), "rb");
    if (!file) {
        std::perror(path.c_str());
        std::exit(2);
    }
    std::fseek(file, 0, SEEK_END);
    *length = size_t(std::ftell(file));
    std::rewind(file);
    text.assign(*length + 64, '\0');
    if (std::fread(&text[0], 1, *length, file) != *length)
        std::exit(2);
    std::fclose(file);
    return text;
}

static std::vector<keyword> all_keywords;
static std::vector<std::string> all_values;

// 100,000 keywords below 1,000 parents; the same every time.
static std::vector<parent> make_parents()
{
    static const char *const words[] = {"summer",
                                        "kitchen",
                                        "ideas",
                                        "outdoor",
                                        "wedding",
                                        "dress",
                                        "for",
                                        "women",
                                        "vintage",
                                        "lamp",
                                        "running",
                                        "shoes",
                                        "garden",
                                        "d\xc3\xa9"
                                        "cor",
                                        "24\" tv",
                                        "healthy",
                                        "easy",
                                        "living room",
                                        "diy"};
    static const char *const types[] = {"BROAD", "PHRASE", "EXACT", "EXACT_NEGATIVE"};
    std::vector<parent> parents(1000);
    uint32_t seed = 1;
    auto roll = [&seed](uint32_t sides) {
        seed = seed * 1664525u + 1013904223u;
        return (seed >> 8) % sides;
    };
    all_values.resize(100000);
    all_keywords.resize(100000);
    for (size_t i = 0; i < all_keywords.size(); i++) {
        keyword &k = all_keywords[i];
        for (uint32_t left = 1 + roll(6); left > 0; left--) {
            // Few of the words hold what is not plain: one in a hundred each.
            uint32_t word = roll(19);
            if ((word == 13 || word == 14) && roll(5) != 0)
                word = 0;
            all_values[i] += words[word];
            if (left > 1)
                all_values[i] += ' ';
        }
        k.value = all_values[i].data();
        k.length = all_values[i].size();
        k.match_type = types[roll(4)];
        k.match_type_length = std::strlen(k.match_type);
        k.match_type_constant = bench_match_type(k.match_type);
        k.has_bid = roll(3) == 0;
        k.bid = k.has_bid ? 10000 * int64_t(1 + roll(400)) : 0;
    }
    for (size_t i = 0; i < parents.size(); i++) {
        std::snprintf(parents[i].id, sizeof parents[i].id, "%llu", 2680059592705ull + i * 7919);
        parents[i].keywords = &all_keywords[i * 100];
        parents[i].count = 100;
    }
    return parents;
}

// The most memory that a process of its own needs to read a file in chunks, in KiB.
static long streaming_peak(const char *self, const std::string &path)
{
    std::string command = std::string("'") + self + "' --stream '" + path + "'";
    std::FILE *pipe = popen(command.c_str(), "r");
    long peak = -1;
    if (pipe) {
        if (std::fscanf(pipe, "%ld", &peak) != 1)
            peak = -1;
        pclose(pipe);
    }
    return peak;
}

static void goal(const char *what, double ratio)
{
    if (ratio > 0)
        std::printf(markdown ? "| %s | %s | %.2f |\n" : "goal: %s: %s (%.2f)\n", what,
                    ratio >= 1 ? "reached" : "missed", ratio);
    else
        std::printf(markdown ? "| %s | not measured | |\n" : "goal: %s: not measured\n", what);
}

static double ratio_of(const std::vector<column> &columns, const char *who, const char *base)
{
    double ours = best_of(columns, who), theirs = best_of(columns, base);
    return ours > 0 && theirs > 0 ? theirs / ours : 0;
}

int main(int count, char **arguments)
{
    std::string folder;
    if (count == 3 && std::strcmp(arguments[1], "--stream") == 0) {
        struct rusage usage;
        if (!bench_stream(arguments[2]))
            return 1;
        getrusage(RUSAGE_SELF, &usage);
        std::printf("%ld\n", usage.ru_maxrss);
        return 0;
    }
    for (int i = 1; i < count; i++) {
        if (std::strcmp(arguments[i], "--markdown") == 0)
            markdown = true;
        else if (std::strcmp(arguments[i], "--rounds") == 0 && i + 1 < count)
            rounds = std::atoi(arguments[++i]);
        else
            folder = arguments[i];
    }

    const char *const sax = "RapidJSON SAX, UTF-8 unchecked";
    const char *const sax_checked = "RapidJSON SAX, UTF-8 checked";
    const char *const reader = "pinbulk reader, all checks, 64 KiB chunks";
    const char *const typed = "pinbulk records, every entity decoded";
    const std::vector<contestant> readers = {
        {"memcpy", read_memcpy, nullptr, nullptr, 1},
        {reader, pinbulk_tokens_chunks, nullptr, "tokens", 0},
        {"pinbulk reader, all checks, whole", pinbulk_tokens_whole, nullptr, "tokens", 0},
        {"pinbulk records, split only", pinbulk_split, nullptr, "entities", 0},
        {typed, pinbulk_typed, nullptr, "entities", 0},
        {"pinbulk records, decoded, texts borrowed", pinbulk_typed_borrow, nullptr, "entities", 0},
#ifdef HAVE_RAPIDJSON
        {sax, read_rapidjson<rapidjson::kParseDefaultFlags>, nullptr, "tokens", 0},
        {sax_checked, read_rapidjson<rapidjson::kParseValidateEncodingFlag>, nullptr, "tokens", 0},
        {"RapidJSON SAX, UTF-8 unchecked, NUL at the end",
         read_rapidjson_string<rapidjson::kParseDefaultFlags>, nullptr, "tokens", 1},
#endif
#ifdef HAVE_SIMDJSON
        {"simdjson on demand, all visited", read_simdjson_ondemand, nullptr, "tokens", 1},
        {"simdjson DOM", read_simdjson_dom, nullptr, "tokens", 1},
#endif
#ifdef HAVE_CJSON
        {"cJSON", read_cjson, nullptr, "tokens", 1},
#endif
#ifdef HAVE_YAJL
        {"yajl, 64 KiB chunks", read_yajl, nullptr, "tokens", 0},
#endif
    };
    const std::vector<contestant> line_readers = {
        {"memcpy", read_memcpy, nullptr, nullptr, 1},
        {"pinbulk records, split only", pinbulk_split, nullptr, "entities", 0},
        {typed, pinbulk_typed, nullptr, "entities", 0},
#ifdef HAVE_RAPIDJSON
        {sax, read_rapidjson_lines<rapidjson::kParseDefaultFlags>, nullptr, "tokens", 0},
        {sax_checked, read_rapidjson_lines<rapidjson::kParseValidateEncodingFlag>, nullptr,
         "tokens", 0},
#endif
    };
    const char *const encode = "pinbulk, typed objects, validated";
    const char *const by_hand = "pinbulk, by primitives";
    const char *const rapidjson_writer = "RapidJSON Writer, UTF-8 unchecked";
    const std::vector<contestant> writers = {
        {by_hand, nullptr, pinbulk_primitives, "text", 0},
        {encode, nullptr, pinbulk_typed_encode, "text", 0},
        {"pinbulk body: validated, counted, pulled", nullptr, pinbulk_body_pull, "text", 0},
        {"pinbulk, by primitives, only counted", nullptr, pinbulk_count, nullptr, 0},
#ifdef HAVE_RAPIDJSON
        {rapidjson_writer, nullptr, write_rapidjson<rapidjson::kWriteDefaultFlags>, "text", 0},
        {"RapidJSON Writer, UTF-8 checked", nullptr,
         write_rapidjson<rapidjson::kWriteValidateEncodingFlag>, "text", 0},
#endif
#ifdef HAVE_YAJL
        {"yajl_gen", nullptr, write_yajl, "text", 0},
#endif
#ifdef HAVE_CJSON
        {"cJSON, from its tree", nullptr, write_cjson, "text", 0},
#endif
    };

    size_t length;
    std::string text = load(folder + "/large.json", &length);
    char title[128];
    std::snprintf(title, sizeof title, "Reading a document of %.0f MB", double(length) / 1e6);
    std::vector<column> large = measure_reading(readers, text, length);
    print_table(title, large, length, sax);

    text = load(folder + "/small.json", &length);
    std::snprintf(title, sizeof title, "Reading a document of %.0f MB", double(length) / 1e6);
    std::vector<column> small = measure_reading(readers, text, length);
    print_table(title, small, length, sax);

    text = load(folder + "/large.jsonl", &length);
    std::snprintf(title, sizeof title, "Reading JSON lines of %.0f MB", double(length) / 1e6);
    std::vector<column> lines = measure_reading(line_readers, text, length);
    print_table(title, lines, length, sax);

    std::vector<parent> parents = make_parents();
    bench_prepare_writing(parents.data(), parents.size());
#ifdef HAVE_CJSON
    cjson_prepare(parents.data(), parents.size());
#endif
    std::vector<column> written = measure_writing(writers, parents, &length);
    std::snprintf(title, sizeof title, "Writing an upsert of 100,000 keywords, %.1f MB",
                  double(length) / 1e6);
    print_table(title, written, length, rapidjson_writer);

    long peak_small = streaming_peak(arguments[0], folder + "/small.json");
    long peak_large = streaming_peak(arguments[0], folder + "/large.json");
    std::printf("\nratio: speed as a multiple of %s, or of %s. (*): needs the whole input in "
                "memory, which\npeak heap does not count. Best of %d rounds, taken in turns.\n",
                sax, rapidjson_writer, rounds);
    std::printf("A process that reads the small document from a file and decodes it takes %ld KiB "
                "in all, for the\nlarge one %ld KiB.\n\n",
                peak_small, peak_large);

    if (markdown)
        std::printf("| goal | | ratio |\n|---|---|--:|\n");
    double worst;
    worst = std::min(ratio_of(large, reader, sax), ratio_of(small, reader, sax));
    goal("reader with all checks, as fast as RapidJSON SAX without its UTF-8 check", worst);
    worst = std::min(ratio_of(large, typed, sax_checked), ratio_of(small, typed, sax_checked));
    goal("every entity decoded, as fast as RapidJSON SAX with its UTF-8 check", worst);
    goal("writer, by primitives, as fast as RapidJSON's",
         ratio_of(written, by_hand, rapidjson_writer));
    goal("writer, from typed objects with validation, as fast as RapidJSON's",
         ratio_of(written, encode, rapidjson_writer));

    uint64_t allocations = 0;
    for (const std::vector<column> *columns : {&large, &small, &lines, &written})
        for (const column &c : *columns)
            if (std::strncmp(c.who.name, "pinbulk", 7) == 0)
                allocations += c.allocations;
    // A page or two come and go with the kernel's mood; a document does not fit into them.
    bool steady = peak_small > 0 && peak_large > 0 && peak_large - peak_small < 256;
    std::printf(markdown ? "| nothing allocated | %s | |\n" : "goal: nothing allocated: %s\n",
                allocations ? "missed" : "reached");
    std::printf(markdown ? "| memory independent of the document's size | %s | |\n"
                         : "goal: memory independent of the document's size: %s\n",
                steady ? "reached" : "missed");
    return failed;
}
