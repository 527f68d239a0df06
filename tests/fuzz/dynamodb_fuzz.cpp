// Any bytes as a request's JSON and as a PartiQL statement: read or refused. Nothing may crash or hang, and a value that
// was read must come back from its text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/dynamodb/expressions.hpp"
#include "aws/dynamodb/input.hpp"
#include "aws/dynamodb/partiql_plan.hpp"
#include "aws/dynamodb/value_json.hpp"
#include "aws/protocol/operation_door.hpp"
#include "items/validation.hpp"

namespace {

using namespace faasd;
using namespace faasd::aws::dynamodb;

void require(bool holds) {
    if (!holds) std::abort();
}

const Shape& shape() {
    static const Shape all = structure("FuzzInput", {{"TableName", table_name(), kRequired},
                                                     {"Item", item(), kRequired},
                                                     {"Expected", expected_shape()},
                                                     {"KeyConditions", condition_shape()},
                                                     {"AttributesToGet", list(text(), 1, 255)},
                                                     {"ConsistentRead", flag()},
                                                     {"Limit", integer(1)},
                                                     {"TimeRangeLowerBound", decimal()},
                                                     {"ExpressionAttributeValues", values_shape()},
                                                     {"ExpressionAttributeNames", names_shape()}});
    return all;
}

void check_request(std::string_view bytes) {
    try {
        Input in = read_input(bytes, shape());
        check_constraints(in, shape());
        const model::Item read = in["Item"].take_item();
        model::Item canonical = read;
        if (items::canonicalize(canonical)) {
            std::string written;
            Note note;
            write_item(written, canonical);
            JsonReader reader(written);
            require(read_item(reader, note) == canonical && !note);
        }
        model::ExpressionNames names = take_names(in);
        Placeholders placeholders(names);
        static_cast<void>(condition_of_expected(in["Expected"], Input{}, placeholders));
        static_cast<void>(condition_of(in["KeyConditions"], Input{}, placeholders));
    } catch (const aws::Refusal&) {
    }
}

void check_statement(std::string_view bytes) {
    static const model::TableDefinition table = [] {
        model::TableDefinition made;
        made.name = "t";
        made.key.hash = {"id", model::KeyType::string};
        made.key.range = model::KeyAttribute{"at", model::KeyType::number};
        return made;
    }();
    try {
        PartiqlStatement statement = parse_partiql(bytes, {});
        if (statement.kind == PartiqlStatement::Kind::select) {
            static_cast<void>(plan_read(statement, table));
        } else {
            static_cast<void>(plan_write(std::move(statement), table));
        }
    } catch (const aws::Refusal&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_request(bytes);
    check_statement(bytes);
    return 0;
}
