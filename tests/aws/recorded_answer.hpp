// Answers of a door, kept for a test to look at.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "model/http.hpp"

namespace faasd::aws {

struct RecordedAnswer {
    std::optional<model::HttpResponse> response;

    [[nodiscard]] unsigned status() const { return response ? response->status : 0; }
    [[nodiscard]] std::string body() const {
        const auto* text = response ? std::get_if<std::string>(&response->body) : nullptr;
        return text ? *text : std::string{};
    }
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body(), nullptr, false); }
    [[nodiscard]] std::string header(std::string_view name) const {
        if (response)
            for (const auto& [key, value] : response->headers)
                if (base::iequals(key, name)) return value;
        return {};
    }
};

struct RecordingResponder final : model::HttpResponder {
    explicit RecordingResponder(std::shared_ptr<RecordedAnswer> into) : answer(std::move(into)) {}
    void respond(model::HttpResponse response) override { answer->response = std::move(response); }
    void on_disconnect(base::UniqueFunction<void()>) override {}
    std::shared_ptr<RecordedAnswer> answer;
};

}  // namespace faasd::aws
