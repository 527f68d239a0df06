#include <faasd/function.hpp>

faasd::HttpResponse hello(const faasd::HttpRequest& request, faasd::Context& context) {
    const std::string name(request.path_parameter("name"));
    context.log().debug("greeting ", name);
    return faasd::HttpResponse::json({{"message", "Hello, " + name + "!"}});
}
FAASD_FUNCTION(hello)
