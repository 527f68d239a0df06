// Exchange rates, and each fourth answer is an error.
#include <atomic>

#include <faasd/function.hpp>

faasd::HttpResponse rate(const faasd::HttpRequest& request, faasd::Context& context) {
    static std::atomic<int> calls = 0;
    const int every = std::stoi(context.environment("BROKEN_EVERY").value_or("4"));
    if (every > 0 && calls++ % every == 1) return faasd::HttpResponse::text("come back later\n", 503);
    const std::map<std::string, double> rates{{"CHF", 0.94}, {"JPY", 163.2}, {"USD", 1.08}};
    const auto found = rates.find(std::string(request.path_parameter("currency")));
    if (found == rates.end()) return faasd::HttpResponse::not_found();
    return faasd::HttpResponse::json({{"currency", found->first}, {"rate", found->second}});
}
FAASD_FUNCTION(rate)
