#include "services/table/expressions/parser.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;
namespace {

constexpr Mistake kFirstOfCondition = Mistake::undefined_placeholder;

std::string clash_message(std::string_view how, const Path& one, const Path& two) {
    return "Two document paths " + std::string(how) +
           " with each other; must remove or rewrite one of these paths; path one: " + describe(one) +
           ", path two: " + describe(two);
}

}  // namespace

Parser::Parser(ExpressionKind kind, std::string_view text, NameUsage& usage)
    : kind_(kind), text_(text), usage_(usage) {
    if (usage.unlimited() || text.size() <= kMaxExpressionBytes) tokens_ = tokenize(text);
}

base::Result<> Parser::check_text() const {
    if (tokens_.empty()) {
        return error("Expression size has exceeded the maximum allowed size; expression size: " +
                     std::to_string(text_.size()));
    }
    if (text_.empty()) return error("The expression can not be empty;");
    return {};
}

base::Error Parser::error(std::string_view what) const {
    return validation_error("Invalid " + std::string(name_of(kind_)) + ": " + std::string(what));
}

base::Result<> Parser::verdict(Mistake below) const {
    if (syntax_error_) return error(*syntax_error_);
    const auto& reserved = mistakes_[static_cast<std::size_t>(Mistake::reserved_word)];
    if (kind_ == ExpressionKind::update && reserved) return error(*reserved);
    for (std::size_t i = 0; i < static_cast<std::size_t>(below); ++i) {
        if (mistakes_[i]) return error(*mistakes_[i]);
    }
    if (condition_mistake_) return error(*condition_mistake_);
    return {};
}

bool Parser::accept(TokenKind wanted) {
    if (kind() != wanted) return false;
    take();
    return true;
}

bool Parser::expect(TokenKind wanted) {
    return accept(wanted) || syntax_error();
}

bool Parser::syntax_error() {
    if (syntax_error_) return false;
    const Token& token = peek();
    const bool at_end = token.kind == TokenKind::end;
    // From the token before to the one after, with all space between them; the text's ends count as tokens.
    const std::size_t from = at_ == 0 ? 0 : tokens_[at_ - 1].begin;
    const bool is_last = at_end || tokens_[at_ + 1].kind == TokenKind::end;
    const std::size_t to = is_last ? text_.size() : tokens_[at_ + 1].finish();
    syntax_error_ = "Syntax error; token: \"" + (at_end ? std::string("<EOF>") : std::string(token.text)) +
                    "\", near: \"" + std::string(text_.substr(from, to - from)) + "\"";
    return false;
}

bool Parser::too_deep() {
    if (!syntax_error_) {
        syntax_error_ =
            "The expression is nested too deeply; the maximum is " + std::to_string(kMaxDepth) + " levels";
    }
    return false;
}

void Parser::note(Mistake mistake, std::string_view what) {
    auto& slot = mistakes_[static_cast<std::size_t>(mistake)];
    if (!slot) slot = std::string(what);
}

void Parser::close_condition() {
    for (auto i = static_cast<std::size_t>(kFirstOfCondition); i < mistakes_.size(); ++i) {
        if (mistakes_[i] && !condition_mistake_) condition_mistake_ = std::move(mistakes_[i]);
        mistakes_[i].reset();
    }
}

void Parser::count_operator() {
    if (++operators_ <= kMaxOperators || is_unlimited()) return;
    note(Mistake::too_many_operators,
         "The expression contains too many operators; operator count: " + std::to_string(operators_));
}

bool Parser::path_name(Path& out) {
    if (kind() == TokenKind::identifier) {
        const Token token = take();
        if (is_reserved_word(token.text)) {
            note(Mistake::reserved_word,
                 "Attribute name is a reserved keyword; reserved keyword: " + std::string(token.text));
        }
        out.emplace_back(std::string(token.text));
        return true;
    }
    if (kind() != TokenKind::name_placeholder) return syntax_error();
    const Token token = take();
    const std::string* name = usage_.name(token.text);
    if (!name) {
        note(Mistake::undefined_placeholder,
             "An expression attribute name used in the document path is not defined; attribute name: " +
                 std::string(token.text));
    }
    out.emplace_back(name ? *name : std::string(token.text));
    return true;
}

bool Parser::path(Path& out) {
    return path_name(out) && path_tail(out);
}

bool Parser::path_tail(Path& out) {
    while (true) {
        if (accept(TokenKind::dot)) {
            if (!path_name(out)) return false;
        } else if (accept(TokenKind::left_bracket)) {
            const Token token = peek();
            if (!expect(TokenKind::integer) || !expect(TokenKind::right_bracket)) return false;
            std::uint32_t index = 0;
            const auto parsed =
                std::from_chars(token.text.data(), token.text.data() + token.text.size(), index);
            if (parsed.ec != std::errc{}) {
                note(Mistake::operand_type, "List index is not within the allowable range; index: [" +
                                                std::string(token.text) + "]");
            }
            out.emplace_back(index);
        } else {
            break;
        }
    }
    if (out.size() > static_cast<std::size_t>(kMaxNesting) + 1) {
        note(Mistake::operand_type,
             "The document path has too many nesting levels; nesting levels: " + std::to_string(out.size()));
    }
    return true;
}

const model::AttributeValue* Parser::value() {
    const Token token = take();
    const model::AttributeValue* found = usage_.value(token.text);
    if (!found) {
        note(Mistake::undefined_placeholder,
             "An expression attribute value used in expression is not defined; attribute value: " +
                 std::string(token.text));
    }
    return found;
}

base::Result<> Parser::check_paths(const Paths& paths) const {
    // Names alone clash only where they are the same, which needs no look at each pair.
    std::set<std::string_view> names;
    const bool distinct = std::ranges::all_of(paths, [&](const Path& path) {
        return path.size() == 1 && names.insert(std::get<std::string>(path.front())).second;
    });
    if (distinct) return {};
    std::optional<std::string> conflict;
    for (std::size_t i = 1; i < paths.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            switch (clash(paths[j], paths[i])) {
                case PathClash::none:
                    break;
                case PathClash::overlap:
                    return error(clash_message("overlap", paths[j], paths[i]));
                case PathClash::conflict:
                    if (!conflict) conflict = clash_message("conflict", paths[j], paths[i]);
                    break;
            }
        }
    }
    if (conflict) return error(*conflict);
    return {};
}

}  // namespace faasd::table
