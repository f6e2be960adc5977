// generate.c: writes a result file of any size to standard output, fast and in constant memory.
//     generate json|lines|csv BYTES      records of about 250 bytes, at least BYTES in all
//     generate small COUNT               a document with COUNT records of a few bytes
//     generate huge BYTES                a document with three records, the second of BYTES
// What it wrote is on standard error: `RECORDS SUM`, the sum of all ids.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char buffer[1 << 16];
static size_t used;
static uint64_t written, records, sum;

static void flush(void)
{
    if (fwrite(buffer, 1, used, stdout) != used)
        exit(1);
    used = 0;
}

static void put(const char *text, size_t length)
{
    if (length > sizeof buffer - used)
        flush();
    memcpy(buffer + used, text, length);
    used += length;
    written += length;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void put_number(uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    put(digits + at, sizeof digits - at);
}

static uint64_t next_id(void)
{
    uint64_t id = 100000 + records * 7919 % 900000;
    records++;
    sum += id;
    return id;
}

static void entity(void)
{
    put_text("{\"id\":\"");
    put_number(next_id());
    put_text(
        "\",\"ad_account_id\":\"549755885175\",\"name\":\"Spring \\\"sale\\\" {100%}, [really]\","
        "\"status\":\"ACTIVE\",\"lifetime_spend_cap\":");
    put_number(records * 10000);
    put_text(",\"daily_spend_cap\":null,\"tracking_urls\":{\"click\":[\"https://example.com/"
             "?a=b&c=d\"]},"
             "\"objective_type\":\"AWARENESS\"}");
}

static void row(void)
{
    put_number(next_id());
    put_text(",549755885175,\"Spring \"\"sale\"\", {100%}\r\nreally\",ACTIVE,");
    put_number(records * 10000);
    put_text(
        ",,\"[\"\"https://example.com/?a=b&c=d\"\",\"\"https://example.com/?e=f\"\"]\",AWARENESS,"
        "a plain cell with some words in it,and another one,1,2,3,,,,\r\n");
}

int main(int count, char **arguments)
{
    const char *what = count == 3 ? arguments[1] : "";
    uint64_t size = count == 3 ? strtoull(arguments[2], NULL, 10) : 0, i;
    if (strcmp(what, "json") == 0) {
        put_text("{\"campaigns\":[");
        do {
            put_text(records ? "," : "");
            entity();
        } while (written < size);
        put_text("]}\n");
    } else if (strcmp(what, "lines") == 0) {
        do {
            entity();
            put_text("\n");
        } while (written < size);
    } else if (strcmp(what, "csv") == 0) {
        put_text("ID,Ad Account ID,Name,Status,Lifetime Spend Cap,Daily Spend Cap,Click,"
                 "Objective Type,a,b,c,d,e,f,g,h,i\r\n");
        do
            row();
        while (written < size);
    } else if (strcmp(what, "small") == 0) {
        put_text("[");
        for (i = 0; i < size; i++) {
            put_text(records ? ",{\"id\":" : "{\"id\":");
            put_number(next_id());
            put_text("}");
        }
        put_text("]");
    } else if (strcmp(what, "huge") == 0) {
        put_text("{\"campaigns\":[");
        entity();
        put_text(",{\"id\":\"");
        put_number(next_id());
        put_text("\",\"x\":[0");
        while (written < size) {
            put_text(",{\"text\":\"0123456789 }]{[ \\u00e9\",\"n\":[1.5e3,null,true]}");
        }
        put_text("]},");
        entity();
        put_text("]}");
    } else {
        fprintf(stderr, "usage: generate json|lines|csv|small|huge NUMBER\n");
        return 2;
    }
    flush();
    fprintf(stderr, "%llu %llu\n", (unsigned long long)records, (unsigned long long)sum);
    return fflush(stdout) != 0 || ferror(stdout);
}
