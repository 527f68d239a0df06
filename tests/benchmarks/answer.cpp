// The same 100 bytes of JSON that the yardstick server answers.
#include <faasd/function.hpp>

faasd::HttpResponse answer(const faasd::HttpRequest&) {
    static const std::string body = [] {
        std::string text = R"({"id":"p-1","name":"rocket","price":1999,"tags":["a","b"],"text":")";
        text.append(98 - text.size(), 'x');
        return text + "\"}";
    }();
    return {200, {{"Content-Type", "application/json"}}, body};
}
FAASD_FUNCTION(answer)
