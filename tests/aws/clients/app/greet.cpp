#include <faasd/function.hpp>

using faasd::Context, faasd::json;

// {"name": …, "report": true to send the greeting to the queue as well, "fail": the error to fail with}
json greet(const json& event, Context& context) {
    if (const std::string problem = event.value("fail", ""); !problem.empty()) throw faasd::Error("GreetingError", problem);
    const std::string greeting = "Hello, " + event.value("name", "nobody") + "!";
    context.log().info("I greet ", event.value("name", "nobody"));
    if (event.value("report", false)) context.queue("greetings").send(greeting);
    return {{"greeting", greeting}};
}
FAASD_FUNCTION(greet)

// Reports S3's event as it came.
void on_upload(const json& event, Context& context) { context.queue("greetings").send(event.dump()); }
FAASD_FUNCTION(on_upload)
