#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>

namespace {

using simdjson::error_code;
using simdjson::internal::tape_type;

constexpr size_t smallest_capacity = 4096;
constexpr size_t largest_kept_capacity = 1 << 20;
// One depth for all parses, whatever the caller allows: setting another allocates. simdjson counts the document itself
// as a level.
constexpr size_t parser_depth = CSIMDJSON_DEEPEST_NESTING + 1;

// What a thread keeps between parses. Room for larger bodies is given back after the parse that needed it.
struct scratch {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    simdjson::dom::document document;
    std::unique_ptr<uint8_t[]> input;
    size_t capacity = 0;

    error_code reserve(size_t length) noexcept;
    void release() noexcept;
};

thread_local scratch thread_scratch;

size_t capacity_for(size_t length) {
    size_t capacity = smallest_capacity;
    while (capacity < length) capacity *= 2;
    // Doubling saves reallocations only for what is kept.
    return capacity <= largest_kept_capacity ? capacity : length;
}

error_code scratch::reserve(size_t length) noexcept {
    if (parser && capacity >= length) return simdjson::SUCCESS;
    release();
    const size_t wanted = capacity_for(length);
    auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(wanted, parser_depth, parser);
    if (!error) error = document.allocate(wanted);
    if (!error) {
        input.reset(new (std::nothrow) uint8_t[wanted + simdjson::SIMDJSON_PADDING]);
        if (!input) error = simdjson::MEMALLOC;
    }
    if (error) {
        release();
        return error;
    }
    capacity = wanted;
    return simdjson::SUCCESS;
}

void scratch::release() noexcept {
    parser.reset();
    document = simdjson::dom::document();
    input.reset();
    capacity = 0;
}

csimdjson_status status_of(error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return CSIMDJSON_OK;
    case simdjson::EMPTY: return CSIMDJSON_EMPTY;
    case simdjson::DEPTH_ERROR: return CSIMDJSON_TOO_DEEP;
    case simdjson::CAPACITY: return CSIMDJSON_TOO_LARGE;
    case simdjson::MEMALLOC: return CSIMDJSON_OUT_OF_MEMORY;
    case simdjson::UTF8_ERROR: return CSIMDJSON_INVALID_UTF8;
    case simdjson::NUMBER_ERROR: return CSIMDJSON_BAD_NUMBER;
    case simdjson::STRING_ERROR:
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS: return CSIMDJSON_BAD_STRING;
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR: return CSIMDJSON_BAD_LITERAL;
    default: return CSIMDJSON_BAD_STRUCTURE;
    }
}

struct extent {
    size_t words;
    size_t string_bytes;
    size_t depth;
};

// Length of the strings is known only from the last string word, and simdjson does not count an empty container
// as a level, so both are read off the tape.
extent measure(const uint64_t *tape, const uint8_t *strings) {
    constexpr uint64_t payload_mask = (uint64_t(1) << 56) - 1;
    extent result{size_t(tape[0] & payload_mask) + 1, 0, 0};
    const uint64_t none = ~uint64_t(0);
    uint64_t last_string = none;
    size_t depth = 0;
    for (size_t i = 1; i + 1 < result.words; i++) {
        switch (tape_type(tape[i] >> 56)) {
        case tape_type::STRING: last_string = tape[i] & payload_mask; break;
        case tape_type::INT64:
        case tape_type::UINT64:
        case tape_type::DOUBLE: i++; break;
        case tape_type::START_OBJECT:
        case tape_type::START_ARRAY:
            depth++;
            if (depth > result.depth) result.depth = depth;
            break;
        case tape_type::END_OBJECT:
        case tape_type::END_ARRAY: depth--; break;
        default: break;
        }
    }
    if (last_string != none) {
        uint32_t length;
        std::memcpy(&length, strings + last_string, sizeof length);
        result.string_bytes = last_string + sizeof length + length + 1;
    }
    return result;
}

csimdjson_status parse(
    scratch &scratch, const void *bytes, size_t length, size_t maximum_depth, csimdjson_document *result) {
    if (auto error = scratch.reserve(length)) return status_of(error);
    std::memcpy(scratch.input.get(), bytes, length);
    std::memset(scratch.input.get() + length, ' ', simdjson::SIMDJSON_PADDING);
    if (auto error = scratch.parser->parse(scratch.input.get(), length, scratch.document)) return status_of(error);

    const uint64_t *tape = scratch.document.tape.get();
    const uint8_t *strings = scratch.document.string_buf.get();
    const extent extent = measure(tape, strings);
    if (extent.depth > maximum_depth) return CSIMDJSON_TOO_DEEP;
    const size_t tape_bytes = extent.words * sizeof(uint64_t);
    auto *block = static_cast<uint8_t *>(std::malloc(tape_bytes + extent.string_bytes + CSIMDJSON_PADDING));
    if (!block) return CSIMDJSON_OUT_OF_MEMORY;
    std::memcpy(block, tape, tape_bytes);
    std::memcpy(block + tape_bytes, strings, extent.string_bytes);
    std::memset(block + tape_bytes + extent.string_bytes, 0, CSIMDJSON_PADDING);
    result->tape = reinterpret_cast<const uint64_t *>(block);
    result->strings = block + tape_bytes;
    return CSIMDJSON_OK;
}

} // namespace

enum csimdjson_status csimdjson_parse(
    const void *bytes, size_t length, size_t maximum_depth, struct csimdjson_document *document) {
    if (length == 0) return CSIMDJSON_EMPTY;
    if (length >= simdjson::SIMDJSON_MAXSIZE_BYTES) return CSIMDJSON_TOO_LARGE;
    scratch &scratch = thread_scratch;
    const auto status = parse(scratch, bytes, length, maximum_depth, document);
    if (scratch.capacity > largest_kept_capacity) scratch.release();
    return status;
}

void csimdjson_free(const uint64_t *tape) {
    std::free(const_cast<uint64_t *>(tape));
}
