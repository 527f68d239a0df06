#include "services/table/tokens.hpp"

#include "base/digest.hpp"
#include "items/item_codec.hpp"

namespace faasd::table {

using namespace items;
namespace {

// Every part is preceded by its length, so that no two requests give the same bytes.
class Fingerprint {
  public:
    void add(std::string_view part) {
        const std::string length = std::to_string(part.size()) + ':';
        digest_.update(length);
        digest_.update(part);
    }
    void add(bool flag) { add(std::string_view(flag ? "1" : "0")); }
    void add(const model::Item& item) { add(std::string_view(encode_item(item))); }
    void add(const model::ExpressionNames& names) {
        for (const auto& [placeholder, name] : names.names) {
            add(std::string_view(placeholder));
            add(std::string_view(name));
        }
        add(names.values);
    }
    [[nodiscard]] std::string finish() { return digest_.finish(); }

  private:
    base::Digest digest_{base::DigestKind::sha256};
};

template <class Request>
void add_request(Fingerprint& print, const Request& request) {
    print.add(std::string_view(request.table));
    print.add(std::string_view(request.condition));
    print.add(request.names);
    print.add(request.return_old_on_condition_failure);
}

struct AddAction {
    Fingerprint& print;
    void operator()(const model::PutItem& put) const {
        print.add(std::string_view("put"));
        print.add(put.item);
        add_request(print, put);
    }
    void operator()(const model::UpdateItem& update) const {
        print.add(std::string_view("update"));
        print.add(update.key);
        print.add(std::string_view(update.update));
        add_request(print, update);
    }
    void operator()(const model::DeleteItem& remove) const {
        print.add(std::string_view("delete"));
        print.add(remove.key);
        add_request(print, remove);
    }
    void operator()(const model::ConditionCheck& check) const {
        print.add(std::string_view("check"));
        print.add(check.key);
        add_request(print, check);
    }
};

}  // namespace

std::string digest_of(const std::vector<model::WriteAction>& actions) {
    Fingerprint print;
    for (const model::WriteAction& action : actions) std::visit(AddAction{print}, action);
    return print.finish();
}

std::optional<std::string> find_token(storage::Connection& connection, std::string_view token,
                                      base::TimePoint oldest) {
    auto row = connection.prepare("SELECT digest FROM table_tokens WHERE token = ?1 AND at > ?2");
    row.bind(1, token).bind(2, base::to_micros(oldest));
    if (!row.step()) return {};
    return std::string(row.blob(0));
}

void save_token(storage::Connection& connection, std::string_view token, std::string_view digest, base::TimePoint now,
                base::TimePoint oldest) {
    auto old = connection.prepare("DELETE FROM table_tokens WHERE at <= ?1");
    old.bind(1, base::to_micros(oldest)).run();
    auto row = connection.prepare("INSERT INTO table_tokens (token, digest, at) VALUES (?1, ?2, ?3)");
    row.bind(1, token).bind_blob(2, digest).bind(3, base::to_micros(now)).run();
}

}  // namespace faasd::table
