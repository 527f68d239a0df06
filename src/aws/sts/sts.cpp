#include "aws/sts/sts.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/temporary_key.hpp"
#include "aws/protocol/xml.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::sts {
namespace {

using nlohmann::json;

// Of roles and sessions (IAM User Guide, "IAM and AWS STS quotas").
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-";
constexpr const char* kToken = "x-amz-security-token";

// Who the temporary credentials are for. It travels in the session token, so that nothing has to be kept.
struct Identity {
    std::string user_id, arn;
};

std::string token_of(const Identity& identity) {
    const json all = {{"id", identity.user_id}, {"arn", identity.arn}, {"salt", base::random_hex(64)}};
    return base::base64_encode(base::to_text(all));
}

// Nothing where the token is no role's, or is another account's.
std::optional<Identity> identity_of(std::string_view token, const std::string& account) {
    const auto text = base::base64_decode(token);
    if (!text) return std::nullopt;
    const json all = parse_limited(*text);
    if (!all.is_object() || !all.contains("id") || !all.contains("arn") || !all["id"].is_string() || !all["arn"].is_string())
        return std::nullopt;
    Identity identity{all["id"].get<std::string>(), all["arn"].get<std::string>()};
    Arn arn;
    if (!parse_arn(identity.arn, arn) || arn.service != "sts" || arn.account != account) return std::nullopt;
    return identity;
}

// Parameters are flat but for lists, and of those no operation here needs one: they stay as they are written.
class Form final : public QueryForm {
  public:
    [[nodiscard]] json params(std::string_view, const model::HttpRequest& request, const Parameters& given) const override {
        json all = json::object();
        for (const auto& [name, value] : given)
            if (name != "Action" && name != "Version") all[name] = value;
        all.erase(kToken);
        if (const auto token = request.header(kToken)) all[kToken] = *token;
        else if (all.contains("X-Amz-Security-Token")) all[kToken] = all["X-Amz-Security-Token"];  // of a presigned URL
        return all;
    }
    void write(std::string_view, const json& result, pugi::xml_node into) const override {
        for (const auto& [name, value] : result.items()) {
            if (value.is_object()) write({}, value, into.append_child(name.c_str()));
            else add_text(into, name.c_str(), value.is_string() ? value.get<std::string>() : base::to_text(value));
        }
    }
    [[nodiscard]] std::string_view xml_namespace() const override { return "https://sts.amazonaws.com/doc/2011-06-15/"; }
};

[[noreturn]] void refuse(std::string message) { throw Refusal{{"ValidationError", 400, std::move(message)}}; }

std::string text(const Call& call, const char* name, std::size_t least, std::size_t most) {
    const std::string value = call.params.value(name, "");
    if (value.empty())
        refuse("1 validation error detected: Value null at '" + std::string(1, static_cast<char>(name[0] + 32)) + (name + 1) +
               "' failed to satisfy constraint: Member must not be null");
    if (value.size() < least || value.size() > most)
        refuse("1 validation error detected: Value '" + value + "' at '" + std::string(1, static_cast<char>(name[0] + 32)) +
               (name + 1) + "' failed to satisfy constraint: Member must have length between " + std::to_string(least) +
               " and " + std::to_string(most));
    return value;
}

json credentials(const base::Clock& clock, const std::string& account, const Call& call, std::string token, int otherwise,
                 int most) {
    int seconds = otherwise;
    if (call.params.contains("DurationSeconds")) {
        const std::string given = call.params["DurationSeconds"].is_string() ? call.params["DurationSeconds"].get<std::string>()
                                                                             : base::to_text(call.params["DurationSeconds"]);
        const auto [end, failure] = std::from_chars(given.data(), given.data() + given.size(), seconds);
        if (failure != std::errc{} || end != given.data() + given.size() || seconds < 900 || seconds > most)
            refuse("1 validation error detected: Value '" + given +
                   "' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and " +
                   std::to_string(most));
    }
    const TemporaryKey key = make_temporary_key(account);
    const auto ends = std::chrono::floor<std::chrono::seconds>(clock.now()) + std::chrono::seconds{seconds};
    return {{"AccessKeyId", key.id},
            {"SecretAccessKey", key.secret},
            {"SessionToken", std::move(token)},
            {"Expiration", base::format_rfc3339(ends)}};
}

void assume_role(const base::Clock& clock, Call call) {
    const std::string role = text(call, "RoleArn", 20, 2048), session = text(call, "RoleSessionName", 2, 64);
    Arn arn;
    if (!parse_arn(role, arn) || arn.service != "iam" || !is_account(arn.account) ||
        !arn.resource.starts_with("role/") || arn.resource.ends_with('/') ||
        arn.resource.find_first_not_of(std::string(kNameCharacters) + '/') != std::string_view::npos)
        refuse(role + " is invalid");
    if (session.find_first_not_of(kNameCharacters) != std::string::npos)
        refuse("1 validation error detected: Value '" + session +
               "' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
               "[\\w+=,.@-]*");
    const std::string account(arn.account);
    const std::string_view path = arn.resource.substr(5);
    const std::string name(path.substr(path.rfind('/') + 1));
    const Identity identity{"AROA" + base::random_hex(17) + ":" + session,
                            "arn:aws:sts::" + account + ":assumed-role/" + name + "/" + session};
    json given = credentials(clock, account, call, token_of(identity), 3600, 43200);
    call.succeed({{"Credentials", std::move(given)},
                  {"AssumedRoleUser", {{"AssumedRoleId", identity.user_id}, {"Arn", identity.arn}}},
                  {"PackedPolicySize", 0}});
}

}  // namespace

ServiceDescription describe(const base::Clock& clock) {
    ServiceDescription service;
    service.form = std::make_shared<Form>();
    service.operations = {
        {"AssumeRole", false, [&clock](Call call) { assume_role(clock, std::move(call)); }},
        {"GetCallerIdentity", false,
         [](Call call) {
             const std::string account = call.scope.account;
             Identity who{call.access_key.empty() ? "anonymous" : call.access_key, "arn:aws:iam::" + account + ":root"};
             if (auto role = identity_of(call.params.value(kToken, ""), account)) who = std::move(*role);
             call.succeed({{"UserId", who.user_id}, {"Account", account}, {"Arn", who.arn}});
         }},
        {"GetSessionToken", false,
         [&clock](Call call) {
             json given = credentials(clock, call.scope.account, call, base::random_hex(160), 43200, 129600);
             call.succeed({{"Credentials", std::move(given)}});
         }},
    };
    service.missing = {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "DecodeAuthorizationMessage", "GetAccessKeyInfo",
                       "GetFederationToken"};
    return service;
}

}  // namespace faasd::aws::sts
