// cc -O2 -std=c99 -o generate generate.c && ./generate document 100000000 > account.json
//
// generate.c: writes a made-up result file of about the given size: `document` is one object with
// the arrays campaigns, keywords and product_groups, `lines` has one entity on each line. The same
// arguments give the same bytes everywhere. Entities have the members, the order and the lengths
// that the service gives them in its other answers: most of them there and many of them null, long
// digit ids, micro currency, some text beyond ASCII, raw or escaped, some escapes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 28;
static uint64_t written;

static unsigned roll(unsigned sides)
{
    uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) % sides);
}

static void put(const char *text)
{
    fputs(text, stdout);
    written += strlen(text);
}

static void put_number(uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    put(text);
}

// Members. `key` comes with its quotes, colon and the comma before it.
static void null(const char *key)
{
    put(key);
    put("null");
}

static void boolean(const char *key, unsigned percent)
{
    put(key);
    put(roll(100) < percent ? "true" : "false");
}

static void number(const char *key, uint64_t value)
{
    put(key);
    put_number(value);
}

static void string(const char *key, const char *value)
{
    put(key);
    put("\"");
    put(value);
    put("\"");
}

static void id(const char *key, uint64_t base)
{
    put(key);
    put("\"");
    put_number(base + ((uint64_t)roll(1u << 30) << 8));
    put("\"");
}

#define ONE_OF(list) list[roll(sizeof list / sizeof *list)]

static const char *const words[] = {
    "summer",    "kitchen", "ideas",  "outdoor",  "sofa",     "wedding",  "dress",   "vintage",
    "lamp",      "small",   "garden", "modern",   "bedroom",  "recipes",  "healthy", "birthday",
    "gift",      "for",     "her",    "women's",  "sneakers", "running",  "shoes",   "nail",
    "art",       "minimal", "tattoo", "quotes",   "diy",      "crochet",  "pattern", "free",
    "christmas", "tree",    "decor",  "living",   "room",     "boho",     "rug",     "winter",
    "outfit",    "casual",  "hair",   "braids",   "curly",    "makeup",   "natural", "skincare",
    "routine",   "meal",    "prep",   "keto",     "desserts", "cocktail", "party",   "kids",
    "craft",     "nursery", "travel", "backpack", "camping",  "tiny",     "house"};
static const char *const foreign[] = {"d\xc3\xa9"
                                      "cor",
                                      "k\xc3\xbc"
                                      "che",
                                      "caf\xc3\xa9",
                                      "se\xc3\xb1orita",
                                      "\xe3\x83\xaa\xe3\x83\x93\xe3\x83\xb3\xe3\x82\xb0",
                                      "\xd0\xbf\xd0\xbe\xd0\xb4\xd0\xb0\xd1\x80\xd0\xbe\xd0\xba",
                                      "\xf0\x9f\x8e\x84",
                                      "\xf0\x9f\x92\x90"};
static const char *const escaped[] = {"d\\u00e9cor",  "k\\u00fcche", "\\ud83c\\udf84",
                                      "\\\"best\\\"", "\\u2013",     "24\\\"",
                                      "3\\/4 sleeve", "size\\tM"};
static const char *const entity_status[] = {"ACTIVE", "ACTIVE", "ACTIVE", "PAUSED", "ARCHIVED"};
static const char *const match_types[] = {"BROAD", "BROAD",          "PHRASE",
                                          "EXACT", "EXACT_NEGATIVE", "PHRASE_NEGATIVE"};
static const char *const objectives[] = {"AWARENESS", "CONSIDERATION", "WEB_CONVERSION",
                                         "CATALOG_SALES", "VIDEO_COMPLETION"};
static const char *const creative_types[] = {"REGULAR", "SHOPPING", "SHOPPING", "COLLECTION"};
static const char *const calls_to_action[] = {"SHOP_NOW", "GET_DEAL", "ON_SALE"};
static const char *const platforms[] = {"iphone", "android_mobile", "ipad", "web", "web_mobile"};

// Words with single spaces: one in 25 is not ASCII, one in 50 holds an escape.
static void text(unsigned count)
{
    while (count-- > 0) {
        unsigned kind = roll(100);
        put(kind < 4 ? ONE_OF(foreign) : kind < 6 ? ONE_OF(escaped) : ONE_OF(words));
        if (count)
            put(" ");
    }
}

static void named(const char *key, unsigned least, unsigned most)
{
    put(key);
    put("\"");
    text(least + roll(most - least + 1));
    put("\"");
}

static void url(const char *key)
{
    put(key);
    put("\"https://shop.example.com/");
    put(ONE_OF(words));
    put("/");
    put(ONE_OF(words));
    put("-");
    put_number(roll(1000000));
    put("?utm_source=pinterest&utm_medium=paid&utm_campaign=");
    put(ONE_OF(words));
    put("_");
    put_number(roll(10000));
    put("&epik={epik}\"");
}

static void campaign(void)
{
    id("{\"id\":", UINT64_C(626735000000));
    string(",\"ad_account_id\":", "549755885175");
    named(",\"name\":", 2, 7);
    string(",\"status\":", ONE_OF(entity_status));
    if (roll(2)) {
        number(",\"lifetime_spend_cap\":", 1000000u * (uint64_t)(1 + roll(90000)));
        null(",\"daily_spend_cap\":");
    } else {
        null(",\"lifetime_spend_cap\":");
        number(",\"daily_spend_cap\":", 1000000u * (uint64_t)(1 + roll(900)));
    }
    null(",\"order_line_id\":");
    if (roll(4) == 0) {
        put(",\"tracking_urls\":{\"impression\":[");
        url("");
        put("],\"click\":[");
        url("");
        url(",");
        put("]}");
    } else {
        null(",\"tracking_urls\":");
    }
    number(",\"start_time\":", 1580865126u + roll(200000000));
    if (roll(3) == 0)
        number(",\"end_time\":", 1780865126u + roll(20000000));
    else
        null(",\"end_time\":");
    boolean(",\"is_flexible_daily_budgets\":", 20);
    boolean(",\"is_automated_campaign\":", 10);
    null(",\"default_ad_group_budget_in_micro_currency\":");
    boolean(",\"is_campaign_budget_optimization\":", 60);
    boolean(",\"is_ltv_optimized\":", 5);
    boolean(",\"is_top_of_search\":", 5);
    string(",\"objective_type\":", ONE_OF(objectives));
    boolean(",\"is_performance_plus\":", 30);
    if (roll(5) == 0) {
        put(",\"bid_options\":{\"app_type_multipliers\":{\"");
        put(ONE_OF(platforms));
        put("\":1.");
        put_number(1 + roll(99));
        put("},\"age_bucket_multipliers\":{\"18-24\":0.");
        put_number(1 + roll(9));
        put(",\"35-44\":1.5},\"freq_bid_multiplier_time_window\":\"WEEK\"}");
    }
    number(",\"created_time\":", 1432744744u + roll(200000000));
    number(",\"updated_time\":", 1632744744u + roll(100000000));
    string(",\"type\":", "campaign");
    put("}");
}

static void keyword(void)
{
    boolean("{\"archived\":", 8);
    id(",\"id\":", UINT64_C(383791336903426391));
    id(",\"parent_id\":", UINT64_C(2680059592705));
    if (roll(3) == 0)
        number(",\"bid\":", 10000u * (uint64_t)(1 + roll(400)));
    else
        null(",\"bid\":");
    string(",\"match_type\":", ONE_OF(match_types));
    named(",\"value\":", 1, 6);
    put("}");
}

static void product_group(void)
{
    id("{\"id\":", UINT64_C(2680059592705));
    id(",\"ad_group_id\":", UINT64_C(2680060000000));
    if (roll(2))
        number(",\"bid_in_micro_currency\":", 10000u * (uint64_t)(1 + roll(1400)));
    else
        null(",\"bid_in_micro_currency\":");
    boolean(",\"included\":", 90);
    put(",\"definition\":\"*\\/PRODUCT_TYPE_0='");
    put(ONE_OF(words));
    put("'/BRAND='");
    text(2);
    put("'\",\"relative_definition\":\"BRAND='");
    text(1 + roll(2));
    put("'\"");
    id(",\"parent_id\":", UINT64_C(1231200000));
    if (roll(4) == 0) {
        named(",\"slideshow_collections_title\":", 3, 6);
        named(",\"slideshow_collections_description\":", 8, 20);
    } else {
        null(",\"slideshow_collections_title\":");
        null(",\"slideshow_collections_description\":");
    }
    boolean(",\"is_mdl\":", 30);
    string(",\"status\":", ONE_OF(entity_status));
    url(",\"tracking_url\":");
    id(",\"catalog_product_group_id\":", UINT64_C(1231235000));
    named(",\"catalog_product_group_name\":", 2, 4);
    string(",\"creative_type\":", ONE_OF(creative_types));
    if (roll(4) == 0) {
        id(",\"collections_hero_pin_id\":", UINT64_C(123123000000000));
        url(",\"collections_hero_destination_url\":");
    } else {
        null(",\"collections_hero_pin_id\":");
        null(",\"collections_hero_destination_url\":");
    }
    string(",\"grid_click_type\":", "CLOSEUP");
    null(",\"collections_header_type\":");
    string(",\"customizable_cta_type\":", ONE_OF(calls_to_action));
    boolean(",\"is_generate_background\":", 5);
    null(",\"preferred_media_type\":");
    null(",\"selected_image_tag\":");
    null(",\"selected_video_tag\":");
    boolean(",\"is_image_auto_resizing\":", 50);
    put("}");
}

int main(int count, char **arguments)
{
    // Shares of the bytes, in percent, as they add up.
    static const struct {
        const char *name;
        void (*entity)(void);
        unsigned until;
    } kinds[] = {{"campaigns", campaign, 15},
                 {"keywords", keyword, 60},
                 {"product_groups", product_group, 100}};
    uint64_t size;
    unsigned i;
    int lines;
    if (count != 3 ||
        (strcmp(arguments[1], "document") != 0 && strcmp(arguments[1], "lines") != 0)) {
        fprintf(stderr, "usage: generate document|lines BYTES\n");
        return 2;
    }
    lines = arguments[1][0] == 'l';
    size = strtoull(arguments[2], NULL, 10);
    for (i = 0; i < 3; i++) {
        if (!lines) {
            put(i ? ",\"" : "{\"");
            put(kinds[i].name);
            put("\":[");
        }
        kinds[i].entity();
        while (written < size / 100 * kinds[i].until) {
            put(lines ? "\n" : ",");
            kinds[i].entity();
        }
        put(lines ? "\n" : "]");
    }
    if (!lines)
        put("}\n");
    return fflush(stdout) != 0 || ferror(stdout);
}
