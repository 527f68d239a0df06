// order -> price -> stock: three functions, each waiting for the next.
#include <chrono>
#include <thread>

#include <faasd/function.hpp>

namespace {

using faasd::json;

long remaining_ms(const faasd::Context& context) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(context.remaining_time()).count();
}

json stock(const json& wanted, faasd::Context& context) {
    const long remaining = remaining_ms(context);
    const std::string item = wanted.value("item", "");
    const int count = wanted.value("count", 1);
    if (item == "snails") std::this_thread::sleep_for(std::chrono::milliseconds{1500});  // longer than its timeout
    const int there = item == "apples" ? 7 : 0;
    if (count > there)
        throw faasd::Error("OutOfStock", "there are " + std::to_string(there) + " " + item, {{"there", there}});
    return {{"there", there}, {"remaining_ms", remaining}};
}
FAASD_FUNCTION(stock)

json price(const json& wanted, faasd::Context& context) {
    const long remaining = remaining_ms(context);
    const json in_stock = context.invoke("stock", wanted);  // what it throws goes on to the caller of price
    return {{"cents", 25 * wanted.value("count", 1)}, {"stock", in_stock}, {"remaining_ms", remaining}};
}
FAASD_FUNCTION(price)

faasd::HttpResponse order(const faasd::HttpRequest& request, faasd::Context& context) {
    const long remaining = remaining_ms(context);
    try {
        json answer = context.invoke("price", request.json());
        answer["remaining_ms_of_order"] = remaining;
        return faasd::HttpResponse::json(answer);
    } catch (const faasd::Error& error) {
        const unsigned status = error.type() == "OutOfStock" ? 409 : error.type() == "Timeout" ? 424 : 502;
        return faasd::HttpResponse::json(
            {{"error", error.type()}, {"message", error.what()}, {"failed", error.function()}}, status);
    }
}
FAASD_FUNCTION(order)

faasd::HttpResponse stranger(const faasd::HttpRequest&, faasd::Context& context) {
    try {
        return faasd::HttpResponse::json(context.invoke("stock", {{"item", "apples"}}));
    } catch (const faasd::Error& error) {
        return faasd::HttpResponse::json({{"error", error.type()}, {"message", error.what()}}, 403);
    }
}
FAASD_FUNCTION(stranger)

}  // namespace
