// simdjson.cc: its contestants. On demand works with what the compiler is allowed to use, so this
// file alone is compiled for the machine at hand.
#include <simdjson.h>

#include "bench.h"

using simdjson::ondemand::json_type;

// Visits everything, so that everything is checked and converted.
static void walk(simdjson::ondemand::value value, tally *seen)
{
    switch (value.type()) {
    case json_type::object:
        for (auto field : value.get_object()) {
            std::string_view key = field.unescaped_key();
            seen->keys++;
            seen->bytes += key.size();
            walk(field.value(), seen);
        }
        break;
    case json_type::array:
        for (auto item : value.get_array())
            walk(item.value(), seen);
        break;
    case json_type::string: {
        std::string_view string = value.get_string();
        seen->strings++;
        seen->bytes += string.size();
        break;
    }
    case json_type::number:
        seen->others += value.get_number().error() == simdjson::SUCCESS;
        break;
    case json_type::boolean:
        seen->others += value.get_bool().error() == simdjson::SUCCESS;
        break;
    default:
        seen->others += value.is_null();
    }
}

int read_simdjson_ondemand(const char *text, size_t length, int, tally *seen)
{
    static simdjson::ondemand::parser parser;
    try {
        auto document =
            parser.iterate(simdjson::padded_string_view(text, length, length + 64)).value();
        walk(document.get_value(), seen);
        return 1;
    } catch (simdjson::simdjson_error &) {
        return 0;
    }
}

static void walk(simdjson::dom::element element, tally *seen)
{
    if (element.is_object()) {
        for (auto field : simdjson::dom::object(element)) {
            seen->keys++;
            seen->bytes += field.key.size();
            walk(field.value, seen);
        }
    } else if (element.is_array()) {
        for (auto item : simdjson::dom::array(element))
            walk(item, seen);
    } else if (element.is_string()) {
        seen->strings++;
        seen->bytes += std::string_view(element).size();
    } else {
        seen->others++;
    }
}

int read_simdjson_dom(const char *text, size_t length, int verify, tally *seen)
{
    static simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(text, length, false).get(root))
        return 0;
    if (verify)
        walk(root, seen);
    return 1;
}
