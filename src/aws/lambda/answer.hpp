// How Lambda answers.
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "aws/protocol/call.hpp"
#include "model/http.hpp"

namespace faasd::aws::lambda {

// A request that is known to be for Lambda, without what was read of it already.
struct Asked {
    Scope scope;
    std::string request_id;
    std::shared_ptr<model::HttpResponder> responder;

    void answer(unsigned status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) const;
    void answer(const nlohmann::json& body) const;
    // {"Type": "User", "Message": …} with the error's name in x-amzn-ErrorType.
    void refuse(unsigned status, std::string_view error, std::string_view message, std::string_view reason = {}) const;
    void refuse_unknown_function(std::string_view name) const;
};

// "thumbnail", "thumbnail:$LATEST", "000000000000:function:thumbnail" or an ARN, as clients name functions.
struct FunctionName {
    std::string name, qualifier;
    bool other_scope = false;  // it is the function of somebody else
};
[[nodiscard]] FunctionName read_function_name(std::string_view text, const Scope& scope);

}  // namespace faasd::aws::lambda
