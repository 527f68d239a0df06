#include "aws/dynamodb/partiql_parser.hpp"

#include <charconv>

#include "aws/dynamodb/refusals.hpp"
#include "base/text.hpp"

namespace faasd::aws::dynamodb {

PartiqlStatement parse_partiql(std::string_view statement, std::vector<model::AttributeValue> parameters) {
    return PartiqlParser(statement, std::move(parameters)).parse();
}

bool PartiqlParser::at_word(std::string_view word) const {
    return peek().kind == Kind::word && base::iequals(peek().text, word);
}
bool PartiqlParser::accept_word(std::string_view word) {
    if (!at_word(word)) return false;
    ++at_;
    return true;
}
void PartiqlParser::expect_word(std::string_view word) {
    if (!accept_word(word)) unexpected();
}
bool PartiqlParser::at_symbol(std::string_view symbol) const { return peek().kind == Kind::symbol && peek().text == symbol; }
bool PartiqlParser::accept(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    ++at_;
    return true;
}
void PartiqlParser::expect(std::string_view symbol) {
    if (!accept(symbol)) unexpected();
}
void PartiqlParser::unexpected() const {
    if (peek().kind == Kind::end) refuse_statement("Unexpected end of the statement");
    refuse_statement("Unexpected token at position " + std::to_string(peek().at + 1) + ": " +
                     (peek().kind == Kind::parameter ? "?" : peek().text));
}
std::string PartiqlParser::name() {
    if (peek().kind != Kind::word && peek().kind != Kind::quoted_name) unexpected();
    return take().text;
}

PartiqlStatement PartiqlParser::parse() {
    PartiqlStatement out;
    if (accept_word("SELECT")) {
        select(out);
    } else if (accept_word("INSERT")) {
        insert(out);
    } else if (accept_word("UPDATE")) {
        update(out);
    } else if (accept_word("DELETE")) {
        remove(out);
    } else if (accept_word("EXISTS")) {
        expect("(");
        expect_word("SELECT");
        select(out);
        expect(")");
        out.kind = PartiqlStatement::Kind::exists;
    } else {
        unexpected();
    }
    static_cast<void>(accept(";"));
    if (peek().kind != Kind::end) unexpected();
    if (next_parameter_ != parameters_.size()) refuse_value("Number of parameters in request and statement don't match.");
    return out;
}

void PartiqlParser::select(PartiqlStatement& out) {
    if (!accept("*")) {
        do {
            out.columns.push_back(path());
        } while (accept(","));
    }
    expect_word("FROM");
    out.table = name();
    if (accept(".")) out.index = name();
    where(out);
    order_by(out);
}

void PartiqlParser::insert(PartiqlStatement& out) {
    out.kind = PartiqlStatement::Kind::insert;
    expect_word("INTO");
    out.table = name();
    expect_word("VALUE");
    const model::AttributeValue given = value();
    const auto* item = std::get_if<model::Item>(&given.value);
    if (!item) refuse_statement("INSERT takes a map of attributes");
    out.item = *item;
}

void PartiqlParser::update(PartiqlStatement& out) {
    out.kind = PartiqlStatement::Kind::update;
    out.table = name();
    while (at_word("SET") || at_word("REMOVE")) {
        if (accept_word("SET")) {
            do {
                out.sets.push_back(set_action());
            } while (accept(","));
        } else {
            expect_word("REMOVE");
            do {
                out.removes.push_back(path());
            } while (accept(","));
        }
    }
    if (out.sets.empty() && out.removes.empty()) unexpected();
    where(out);
    returning(out);
}

PartiqlSet PartiqlParser::set_action() {
    PartiqlSet set;
    set.path = path();
    expect("=");
    if (at_call() && !at_word("size")) {
        set.function = base::to_lower(take().text);
        if (set.function != "list_append" && set.function != "set_add" && set.function != "set_delete" && set.function != "if_not_exists")
            refuse_statement("the function " + set.function + " cannot be used in SET");
        expect("(");
        set.operands.push_back(operand());
        expect(",");
        set.operands.push_back(operand());
        expect(")");
        return set;
    }
    set.operands.push_back(operand());
    if (at_symbol("+") || at_symbol("-")) {
        set.function = take().text;
        set.operands.push_back(operand());
    }
    return set;
}

void PartiqlParser::remove(PartiqlStatement& out) {
    out.kind = PartiqlStatement::Kind::remove;
    expect_word("FROM");
    out.table = name();
    where(out);
    returning(out);
}

void PartiqlParser::where(PartiqlStatement& out) {
    if (accept_word("WHERE")) out.where = any_of();
}

void PartiqlParser::order_by(PartiqlStatement& out) {
    if (!accept_word("ORDER")) return;
    expect_word("BY");
    do {
        PartiqlStatement::Order one{name(), false};
        if (accept_word("DESC")) {
            one.descending = true;
        } else {
            static_cast<void>(accept_word("ASC"));
        }
        out.order.push_back(std::move(one));
    } while (accept(","));
}

void PartiqlParser::returning(PartiqlStatement& out) {
    if (!accept_word("RETURNING")) return;
    const bool all = accept_word("ALL");
    if (!all) expect_word("MODIFIED");
    const bool old = accept_word("OLD");
    if (!old) expect_word("NEW");
    expect("*");
    using enum model::ReturnValues;
    out.returning = all ? (old ? all_old : all_new) : (old ? updated_old : updated_new);
    if (out.kind == PartiqlStatement::Kind::remove && out.returning != all_old)
        refuse_statement("DELETE returns ALL OLD * only");
}

PartiqlCondition PartiqlParser::any_of() {
    const Level level(depth_);
    PartiqlCondition first = all_of();
    if (!at_word("OR")) return first;
    PartiqlCondition out{PartiqlCondition::Kind::any_of, {}, {}, {}};
    out.children.push_back(std::move(first));
    while (accept_word("OR")) out.children.push_back(all_of());
    return out;
}

PartiqlCondition PartiqlParser::all_of() {
    PartiqlCondition first = negation();
    if (!at_word("AND")) return first;
    PartiqlCondition out{PartiqlCondition::Kind::all_of, {}, {}, {}};
    out.children.push_back(std::move(first));
    while (accept_word("AND")) out.children.push_back(negation());
    return out;
}

PartiqlCondition PartiqlParser::negation() {
    const Level level(depth_);
    if (!accept_word("NOT")) return primary();
    PartiqlCondition out{PartiqlCondition::Kind::negation, {}, {}, {}};
    out.children.push_back(negation());
    return out;
}

PartiqlCondition PartiqlParser::primary() {
    if (accept("(")) {
        PartiqlCondition inner = any_of();
        expect(")");
        return inner;
    }
    if (at_call() && !at_word("size")) return call(base::to_lower(take().text));
    return comparison(operand());
}

PartiqlCondition PartiqlParser::call(std::string function) {
    if (function != "begins_with" && function != "contains" && function != "attribute_type" && function != "attribute_exists" &&
        function != "attribute_not_exists")
        refuse_statement("there is no function " + function);
    PartiqlCondition out{PartiqlCondition::Kind::call, std::move(function), {}, {}};
    expect("(");
    do {
        out.operands.push_back(operand());
    } while (accept(","));
    expect(")");
    return out;
}

PartiqlCondition PartiqlParser::comparison(PartiqlOperand first) {
    PartiqlCondition out{PartiqlCondition::Kind::compare, {}, {}, {}};
    out.operands.push_back(std::move(first));
    if (accept_word("IS")) {
        const bool negated = accept_word("NOT");
        out.kind = PartiqlCondition::Kind::call;
        if (accept_word("MISSING")) {
            out.name = negated ? "attribute_exists" : "attribute_not_exists";
            return out;
        }
        expect_word("NULL");
        out.name = "attribute_type";
        out.operands.push_back({PartiqlOperand::Kind::value, {}, {std::string("NULL")}});
        if (!negated) return out;
        PartiqlCondition inverse{PartiqlCondition::Kind::negation, {}, {}, {}};
        inverse.children.push_back(std::move(out));
        return inverse;
    }
    if (accept_word("BETWEEN")) {
        out.kind = PartiqlCondition::Kind::between;
        out.operands.push_back(operand());
        expect_word("AND");
        out.operands.push_back(operand());
        return out;
    }
    if (accept_word("IN")) {
        out.kind = PartiqlCondition::Kind::in;
        const std::string_view close = at_symbol("(") ? ")" : "]";
        if (!accept("(")) expect("[");
        do {
            out.operands.push_back(operand());
        } while (accept(","));
        expect(close);
        return out;
    }
    for (const std::string_view sign : {"=", "<>", "!=", "<=", ">=", "<", ">"}) {
        if (!accept(sign)) continue;
        out.name = sign == "!=" ? "<>" : sign;
        out.operands.push_back(operand());
        return out;
    }
    unexpected();
}

bool PartiqlParser::at_path() const {
    if (peek().kind == Kind::quoted_name) return true;
    return peek().kind == Kind::word && !at_word("true") && !at_word("false") && !at_word("null");
}
bool PartiqlParser::at_call() const {
    return peek().kind == Kind::word && tokens_[at_ + 1].kind == Kind::symbol && tokens_[at_ + 1].text == "(";
}

PartiqlOperand PartiqlParser::operand() {
    if (at_word("size") && at_call()) {
        at_ += 2;
        PartiqlOperand out{PartiqlOperand::Kind::size, path(), {}};
        expect(")");
        return out;
    }
    if (at_path()) return {PartiqlOperand::Kind::path, path(), {}};
    return {PartiqlOperand::Kind::value, {}, value()};
}

PartiqlPath PartiqlParser::path() {
    PartiqlPath out;
    out.emplace_back(name());
    for (;;) {
        if (accept(".")) {
            out.emplace_back(name());
        } else if (accept("[")) {
            if (peek().kind == Kind::text) {
                out.emplace_back(take().text);
            } else {
                if (peek().kind != Kind::number) unexpected();
                const std::string digits = take().text;
                std::uint32_t index = 0;
                const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
                if (failure != std::errc{} || end != digits.data() + digits.size()) refuse_statement("no list has the index " + digits);
                out.emplace_back(index);
            }
            expect("]");
        } else {
            return out;
        }
    }
}

}  // namespace faasd::aws::dynamodb
