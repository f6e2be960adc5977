// private.h: the header with its implementation, and its private functions that tests call, under
// names that can be linked. So a test can have an implementation of its own, or be linked with one
// that was compiled before, when PINBULK_IMPLEMENTED is defined.
#ifndef PRIVATE_H
#define PRIVATE_H

#ifndef PINBULK_IMPLEMENTED
#define PRIVATE_IS_HERE
#endif
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"

size_t private_text_copy(char *to, size_t size, const char *from, size_t length);
void private_error_set(pinbulk_error *error, pinbulk_result result, const char *message);
int private_json_number(const char *text, size_t length, int *integer);
const char *private_utf8_end(const char *at, const char *end);
void private_writer_init_pull(pinbulk_writer *writer);
int private_writer_full(const pinbulk_writer *writer);
size_t private_writer_used(const pinbulk_writer *writer);
size_t private_writer_pull(pinbulk_writer *writer, char *out, size_t capacity);
pinbulk_result private_write_plain_key(pinbulk_writer *writer, const char *key, size_t length);
int64_t private_header_date(pinbulk_text value);
pinbulk_kind private_kind_of(const char *key, size_t length);
int private_is_error_name(const char *key, size_t length);
int private_scan_table(int fast, uint8_t *cell, const char **at, const char *end, char *separator);
void private_job_stop(pinbulk_job *job);

#ifdef PRIVATE_IS_HERE

size_t private_text_copy(char *to, size_t size, const char *from, size_t length)
{
    return pinbulki_text_copy(to, size, from, length);
}

void private_error_set(pinbulk_error *error, pinbulk_result result, const char *message)
{
    pinbulki_error_set(error, result, message);
}

int private_json_number(const char *text, size_t length, int *integer)
{
    return pinbulki_json_number(text, length, integer);
}

const char *private_utf8_end(const char *at, const char *end)
{
    return pinbulki_utf8_end(at, end);
}

void private_writer_init_pull(pinbulk_writer *writer)
{
    pinbulki_writer_init_pull(writer);
}

int private_writer_full(const pinbulk_writer *writer)
{
    return pinbulki_writer_full(writer);
}

size_t private_writer_used(const pinbulk_writer *writer)
{
    return pinbulki_writer_used(writer);
}

size_t private_writer_pull(pinbulk_writer *writer, char *out, size_t capacity)
{
    return pinbulki_writer_pull(writer, out, capacity);
}

pinbulk_result private_write_plain_key(pinbulk_writer *writer, const char *key, size_t length)
{
    return pinbulki_write_plain_key(writer, key, length);
}

int64_t private_header_date(pinbulk_text value)
{
    return pinbulki_header_date(value);
}

pinbulk_kind private_kind_of(const char *key, size_t length)
{
    return pinbulki_kind_of(key, length);
}

int private_is_error_name(const char *key, size_t length)
{
    return pinbulki_is_error_name(key, length);
}

// Goes on in a cell of a table, in strides or byte by byte; the cell where it stops is told when it
// stops inside.
int private_scan_table(int fast, uint8_t *cell, const char **at, const char *end, char *separator)
{
    pinbulki_scan scan;
    int stopped;
    pinbulki_scan_begin(&scan, 0);
    scan.cell = *cell;
    stopped = fast ? pinbulki_table_on(&scan, at, end, separator)
                   : pinbulki_table_bytes(&scan, at, end, separator);
    if (stopped == PINBULKI_SCAN_INSIDE)
        *cell = scan.cell;
    return stopped;
}

// As one that was submitted and then stopped.
void private_job_stop(pinbulk_job *job)
{
    job->state = PINBULKI_JOB_ENDED;
}

#endif
#endif
