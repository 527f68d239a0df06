// ExecuteStatement, BatchExecuteStatement, ExecuteTransaction.
#include <algorithm>
#include <charconv>
#include <map>

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/capacity.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/partiql_plan.hpp"
#include "aws/dynamodb/partiql_token.hpp"
#include "aws/dynamodb/transact_reads.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Statement = PartiqlStatement;

bool reads(const Statement& statement) { return statement.kind == Statement::Kind::select; }

struct Bound {
    Statement statement;
    TableRef table;
    model::TableDefinition definition;
    bool consistent = false;
    bool return_old = false;  // with a condition that failed
};

// One statement with its parameters, and its table.
Bound bind(const Tools& tools, const Scope& scope, Input& in) {
    std::vector<model::AttributeValue> parameters;
    if (std::as_const(in)["Parameters"])
        for (Input& one : in["Parameters"].list())
            parameters.push_back(one.take_value());
    const Input& given = in;
    Bound bound{parse_partiql(given["Statement"].text(), std::move(parameters)), {}, {}, given["ConsistentRead"].flag(),
                given["ReturnValuesOnConditionCheckFailure"].is("ALL_OLD")};
    bound.table = table_of(scope, bound.statement.table);
    auto info = tools.tables.info(bound.table.engine);
    if (!info) refuse(not_found());
    bound.definition = std::move(info->definition);
    return bound;
}

// "<which of the queries>|<the last key>", as nobody else needs to read it.
std::string token_text(std::size_t query, const std::optional<model::Item>& key) {
    std::string text = std::to_string(query) + '|';
    if (key) write_item(text, *key);
    return base::base64_encode(text);
}

struct Position {
    std::size_t query = 0;
    std::optional<model::Item> key;
};

Position parse_token(const Input& token) {
    Position position;
    if (!token) return position;
    const auto text = base::base64_decode(token.text());
    const std::size_t bar = text ? text->find('|') : std::string::npos;
    if (bar == std::string::npos) refuse_value("Invalid NextToken");
    std::from_chars(text->data(), text->data() + bar, position.query);
    if (bar + 1 == text->size()) return position;
    try {
        JsonReader reader(std::string_view(*text).substr(bar + 1));
        Note note;
        position.key = read_item(reader, note);
        reader.finish();
    } catch (const Malformed&) {
        refuse_value("Invalid NextToken");
    }
    return position;
}

struct ReadResult {
    std::vector<model::Item> items;
    std::optional<std::string> next;
    std::optional<model::Item> last_key;
    std::uint64_t bytes = 0;
};

ReadResult run_read(const Tools& tools, const Bound& bound, Position from, std::optional<std::uint32_t> limit) {
    PartiqlRead plan = plan_read(bound.statement, bound.definition);
    ReadResult result;
    const auto take = [&](base::Result<model::Page> page, std::size_t query, std::size_t queries) {
        if (page.has_error()) refuse(error_of(page.error()));
        for (model::Item& item : page->items)
            result.items.push_back(std::move(item));
        result.bytes += page->scanned_bytes;
        if (limit) *limit -= static_cast<std::uint32_t>(page->scanned_count);
        if (page->last_evaluated_key) {
            result.next = token_text(query, page->last_evaluated_key);
            result.last_key = std::move(page->last_evaluated_key);
        } else if (limit && *limit == 0 && query + 1 < queries) {
            result.next = token_text(query + 1, std::nullopt);
        }
        return !result.next;
    };
    if (plan.scan) {
        plan.scan->limit = limit;
        plan.scan->exclusive_start_key = std::move(from.key);
        static_cast<void>(take(tools.tables.scan(*plan.scan), 0, 1));
        return result;
    }
    for (std::size_t i = from.query; i < plan.queries.size(); ++i) {
        model::Query& query = plan.queries[i];
        query.limit = limit;
        if (i == from.query) query.exclusive_start_key = std::move(from.key);
        if (!take(tools.tables.query(query), i, plan.queries.size())) break;
    }
    return result;
}

base::Result<std::optional<model::Item>> run_write(const Tools& tools, model::WriteAction action) {
    return base::wait_for<std::optional<model::Item>>([&](auto done) {
        if (auto* put = std::get_if<model::PutItem>(&action)) return tools.tables.put(std::move(*put), std::move(done));
        if (auto* update = std::get_if<model::UpdateItem>(&action)) return tools.tables.update(std::move(*update), std::move(done));
        tools.tables.remove_item(std::move(std::get<model::DeleteItem>(action)), std::move(done));
    });
}

void set_common(model::WriteAction& action, const std::string& trace, bool return_old, const model::WriteUsagePtr& usage) {
    std::visit(
        [&](auto& request) {
            if constexpr (requires { request.trace; }) request.trace = trace;
            request.usage = usage;
            request.return_old_on_condition_failure = return_old;
        },
        action);
}

// An INSERT's condition is that there is no such item.
Error write_error(const base::Error& error, const Statement& statement) {
    if (statement.kind == Statement::Kind::insert && error.code == model::TableErrc::conditional_check_failed)
        return {"DuplicateItemException", 400, "Duplicate primary key exists in table"};
    return error_of(error);
}

void execute_statement(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const Position from = parse_token(given["NextToken"]);
    const CapacityWanted wanted = capacity_wanted(in);
    const Bound bound = bind(tools, call.scope, in);
    Answer answer;
    Capacity capacity;
    if (reads(bound.statement)) {
        std::optional<std::uint32_t> limit;
        if (given["Limit"]) limit = static_cast<std::uint32_t>(given["Limit"].integer());
        ReadResult result = run_read(tools, bound, from, limit);
        answer.items("Items", result.items);
        if (result.next) answer.string("NextToken", *result.next);
        if (result.last_key) answer.item("LastEvaluatedKey", *result.last_key);
        const double units = read_units(result.bytes, bound.consistent);
        (bound.statement.index.empty() ? capacity.table : capacity.global[bound.statement.index]) = units;
    } else {
        if (bound.statement.kind == Statement::Kind::exists) refuse_statement("EXISTS stands in transactions only");
        auto action = plan_write(bound.statement, bound.definition);
        const auto usage = std::make_shared<model::WriteUsage>();
        set_common(action, trace_of(call), bound.return_old, usage);
        const auto done = run_write(tools, std::move(action));
        if (done.has_error()) return call.refuse(write_error(done.error(), bound.statement));
        std::vector<model::Item> items;
        if (*done) items.push_back(**done);
        answer.items("Items", items);
        capacity.add(*usage);
    }
    if (wanted != CapacityWanted::none) write_capacity(answer.member("ConsumedCapacity"), bound.table.name, capacity, wanted);
    call.succeed_text(answer.finish());
}

// What a statement of a batch says went wrong with it alone.
std::string batch_code(const Error& error) {
    const std::string code = error.code.substr(error.code.find('#') == std::string::npos ? 0 : error.code.find('#') + 1);
    if (code == "ConditionalCheckFailedException") return "ConditionalCheckFailed";
    if (code == "ResourceNotFoundException") return "ResourceNotFound";
    if (code == "DuplicateItemException") return "DuplicateItem";
    if (code == "TransactionConflictException") return "TransactionConflict";
    return code == "InternalServerError" ? "InternalServerError" : "ValidationError";
}

std::string run_one_of_batch(const Tools& tools, const Call& call, Input& in, std::map<std::string, Capacity>& capacities) {
    Answer answer;
    try {
        const Bound bound = bind(tools, call.scope, in);
        answer.string("TableName", bound.table.name);
        std::optional<model::Item> item;
        if (reads(bound.statement)) {
            const PartiqlRead plan = plan_read(bound.statement, bound.definition);
            if (!plan.get)
                refuse_value("Select statements within BatchExecuteStatement must specify the primary key in the where clause.");
            std::uint64_t bytes = 0;
            model::GetItem get = *plan.get;
            get.read_bytes = &bytes;
            auto found = tools.tables.get(get);
            if (found.has_error()) refuse(error_of(found.error()));
            item = std::move(*found);
            capacities[bound.table.name].table += read_units(bytes, bound.consistent);
        } else {
            if (bound.statement.kind == Statement::Kind::exists) refuse_statement("EXISTS stands in transactions only");
            auto action = plan_write(bound.statement, bound.definition);
            const auto usage = std::make_shared<model::WriteUsage>();
            set_common(action, trace_of(call), bound.return_old, usage);
            auto done = run_write(tools, std::move(action));
            if (done.has_error()) refuse(write_error(done.error(), bound.statement));
            item = std::move(*done);
            capacities[bound.table.name].add(*usage);
        }
        if (item) answer.item("Item", *item);
    } catch (const Refusal& refusal) {
        Answer error;
        error.string("Code", batch_code(refusal.error));
        error.string("Message", refusal.error.message);
        answer.member("Error") += error.finish();
    }
    return answer.finish();
}

// Whether a statement reads (-1), writes (1), or is none of the known ones, by the word with which it begins.
int direction_of(std::string_view statement) {
    statement.remove_prefix(std::min(statement.find_first_not_of(" \t\r\n"), statement.size()));
    const auto begins = [&](std::string_view word) { return base::iequals(statement.substr(0, word.size()), word); };
    if (begins("SELECT")) return -1;
    return begins("INSERT") || begins("UPDATE") || begins("DELETE") ? 1 : 0;
}

void check_batch_direction(const Input& statements) {
    int all = 0;
    for (const Input& one : statements.list()) {
        const int direction = direction_of(one["Statement"].text());
        if (direction * all < 0)
            refuse_value("BatchExecuteStatement API does not support both read and write operations in the same request.");
        if (direction != 0) all = direction;
    }
}

void batch_execute_statement(const Tools& tools, Call call, Input in) {
    check_batch_direction(std::as_const(in)["Statements"]);
    std::map<std::string, Capacity> capacities;
    Answer answer;
    std::string& out = answer.member("Responses");
    out.push_back('[');
    for (Input& one : in["Statements"].list()) {
        if (out.back() != '[') out.push_back(',');
        out += run_one_of_batch(tools, call, one, capacities);
    }
    out.push_back(']');
    write_capacities(answer, capacities, capacity_wanted(in));
    call.succeed_text(answer.finish());
}

void read_in_transaction(const Tools& tools, Call& call, const std::vector<Bound>& statements, CapacityWanted wanted) {
    std::vector<model::GetItem> gets;
    std::vector<std::string> names;
    for (const Bound& one : statements) {
        const PartiqlRead plan = plan_read(one.statement, one.definition);
        if (!plan.get)
            refuse_value("Select statements within ExecuteTransaction must specify the primary key in the where clause.");
        gets.push_back(*plan.get);
        names.push_back(one.table.name);
    }
    transact_reads(tools, call, std::move(gets), names, wanted);
}

void execute_transaction(const Tools& tools, Call call, Input in) {
    std::vector<Bound> statements;
    std::size_t selects = 0;
    for (Input& one : in["TransactStatements"].list()) {
        statements.push_back(bind(tools, call.scope, one));
        selects += reads(statements.back().statement) ? 1 : 0;
    }
    const CapacityWanted wanted = capacity_wanted(in);
    if (selects == statements.size()) return read_in_transaction(tools, call, statements, wanted);
    if (selects > 0) refuse_value("ExecuteTransaction API does not support both read and write operations in the same request.");
    std::vector<model::WriteAction> actions;
    std::map<std::string, Capacity> capacities;
    std::vector<model::WriteUsagePtr> usages;
    for (const Bound& one : statements) {
        if (one.statement.returning != model::ReturnValues::none) refuse_value("RETURNING clause is not supported in ExecuteTransaction");
        actions.push_back(plan_write(one.statement, one.definition));
        usages.push_back(std::make_shared<model::WriteUsage>());
        set_common(actions.back(), trace_of(call), one.return_old, usages.back());
    }
    std::string token = std::as_const(in)["ClientRequestToken"].text_or("");
    if (!token.empty() && !call.scope.is_default()) token = base::sha256_hex(call.scope.engine_name(token)).substr(0, 36);
    const auto done = base::wait_for<void>(
        [&](auto then) { tools.tables.transact_write(std::move(actions), std::move(token), std::move(then)); });
    if (answered_with_error(call, done)) return;
    Answer answer;
    std::string& out = answer.member("Responses");
    bool only_reads = false;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        out += i == 0 ? "[{}" : ",{}";
        only_reads = add_transactional(capacities[statements[i].table.name], *usages[i]) || only_reads;
    }
    out.push_back(']');
    write_capacities(answer, capacities, wanted, only_reads ? "ReadCapacityUnits" : "WriteCapacityUnits");
    call.succeed_text(answer.finish());
}

std::vector<Member> statement_members() {
    return {{"Statement", text(1, 8192), kRequired},
            {"Parameters", list(value(), 1)},
            {"ConsistentRead", flag()},
            {"ReturnValuesOnConditionCheckFailure", one_of({"ALL_OLD", "NONE"})}};
}

}  // namespace

void add_statement_operations(Operations& to, const ToolsPtr& tools) {
    const Shape capacity = one_of({"INDEXES", "TOTAL", "NONE"});
    std::vector<Member> one = statement_members();
    one.push_back({"NextToken", text(1, 32768)});
    one.push_back({"Limit", integer(1)});
    one.push_back({"ReturnConsumedCapacity", capacity});
    to.push_back(operation(tools, "ExecuteStatement", true, structure("ExecuteStatementInput", std::move(one)), execute_statement));
    to.push_back(operation(tools, "BatchExecuteStatement", true,
                           structure("BatchExecuteStatementInput",
                                     {{"Statements", list(structure("BatchStatementRequest", statement_members()), 1, 25), kRequired},
                                      {"ReturnConsumedCapacity", capacity}}),
                           batch_execute_statement));
    to.push_back(operation(tools, "ExecuteTransaction", true,
                           structure("ExecuteTransactionInput",
                                     {{"TransactStatements", list(structure("ParameterizedStatement", statement_members()), 1, 100), kRequired},
                                      {"ClientRequestToken", text(1, 36)},
                                      {"ReturnConsumedCapacity", capacity}}),
                           execute_transaction));
}

}  // namespace faasd::aws::dynamodb
