#include "sources/async/async_message.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::sources {
namespace {

constexpr std::string_view kAttribute = "faasd.async";
constexpr std::size_t kMaxErrorMessage = 1024;

model::CauseKind cause_kind_of(std::string_view name) {
    using model::CauseKind;
    for (const CauseKind kind :
         {CauseKind::http, CauseKind::queue, CauseKind::bucket, CauseKind::table, CauseKind::timer,
          CauseKind::file, CauseKind::invoke, CauseKind::async, CauseKind::test}) {
        if (model::to_string(kind) == name) return kind;
    }
    return CauseKind::async;
}

// Not cut within a character of UTF-8.
std::string shortened(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    return std::string(text.substr(0, limit));
}

// The characters that a message attribute may have (SendMessage): an exception's text may have any bytes.
std::string printable(std::string text) {
    const bool is_utf8 = base::is_valid_utf8(text);
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || (byte >= 0x80 && !is_utf8)) c = '?';
    }
    for (const std::string_view noncharacter : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
        for (std::size_t at = 0; (at = text.find(noncharacter, at)) != std::string::npos;)
            text.replace(at, 3, "?");
    }
    return text;
}

}  // namespace

std::string async_queue_name(std::string_view function) {
    return "~async/" + std::string(function);
}

model::SendRequest AsyncMessage::to_request() const {
    nlohmann::json meta = {{"id", request_id},
                           {"at", base::to_micros(progress.submitted_at)},
                           {"kind", model::to_string(cause.kind)},
                           {"source", cause.source},
                           {"trace", cause.trace},
                           {"parent", cause.parent},
                           {"failures", progress.failures},
                           {"postponements", progress.postponements}};
    if (failed)
        meta["failed"] = {{"code", failed->code},
                          {"condition", failed->condition},
                          {"type", shortened(failed->type, kMaxErrorMessage)},
                          {"message", shortened(failed->message, kMaxErrorMessage)},
                          {"ran", failed->ran}};
    model::SendRequest request;
    request.body = payload;
    request.trace = cause.trace;
    request.attributes[std::string(kAttribute)] = {
        "String", base::to_ascii_text(meta)};
    return request;
}

std::optional<AsyncMessage> AsyncMessage::from(const model::Message& message) {
    const auto attribute = message.attributes.find(std::string(kAttribute));
    if (attribute == message.attributes.end()) return std::nullopt;
    const auto meta = base::parse_json(attribute->second.value);
    if (!meta.is_object()) return std::nullopt;
    AsyncMessage out;
    try {
        out.request_id = meta.at("id").get<std::string>();
        out.progress.submitted_at = base::from_micros(meta.at("at").get<std::int64_t>());
        out.progress.failures = meta.at("failures").get<std::uint32_t>();
        out.progress.postponements = meta.at("postponements").get<std::uint32_t>();
        out.cause = {cause_kind_of(meta.at("kind").get<std::string>()), meta.at("source").get<std::string>(),
                     meta.at("trace").get<std::string>(), meta.at("parent").get<std::string>()};
        if (const auto failed = meta.find("failed"); failed != meta.end()) {
            out.failed = Failure{failed->at("code").get<unsigned>(), failed->value("condition", ""),
                                 failed->value("type", ""), failed->at("message").get<std::string>(),
                                 failed->value("ran", false)};
        }
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
    out.payload = message.body;
    return out;
}

model::SendRequest AsyncMessage::to_dead_letter(std::string_view queue) const {
    model::SendRequest request;
    request.body = payload;
    request.trace = cause.trace;
    const Failure failure = failed.value_or(Failure{});
    request.attributes["RequestID"] = {"String", request_id};
    request.attributes["ErrorCode"] = {"Number", std::to_string(failure.code)};
    const std::string message = shortened(
        failure.type.empty() ? failure.message : failure.type + ": " + failure.message, kMaxErrorMessage);
    request.attributes["ErrorMessage"] = {"String", message.empty() ? "unknown error" : printable(message)};
    if (queue.ends_with(".fifo")) {
        request.group_id = "async";
        request.deduplication_id = request_id;
    }
    return request;
}

}  // namespace faasd::sources
