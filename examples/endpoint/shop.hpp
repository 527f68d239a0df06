// The shop's operations. How they are spread over functions is what the three configurations differ in.
#pragma once

#include <faasd/function.hpp>

namespace shop {

using faasd::Context, faasd::HttpRequest, faasd::HttpResponse, faasd::json;

// GET /products[?category=books]
inline HttpResponse list_products(const HttpRequest& request, Context& context) {
    auto products = context.table("products");
    const auto category = request.query_parameter("category");
    const json page = category ? products.query({"category = :c", {{":c", *category}}}, {{"index", "by_category"}})
                               : products.scan();
    return HttpResponse::json(page.at("items"));
}

// GET /products/{id}
inline HttpResponse get_product(std::string_view id, Context& context) {
    const auto product = context.table("products").get(id);
    return product ? HttpResponse::json(*product) : HttpResponse::not_found("there is no product " + std::string(id));
}

// PUT /products/{id}
inline HttpResponse put_product(std::string_view id, const HttpRequest& request, Context& context) {
    json product = request.json();
    if (!product.is_object() || !product.contains("name") || !product.contains("price"))
        return HttpResponse::bad_request("a product needs a name and a price");
    product["id"] = id;
    context.table("products").put(product);
    return HttpResponse::json(product);
}

// GET /categories
inline HttpResponse list_categories(Context& context) {
    std::map<std::string, int> counts;
    const json page = context.table("products").scan({{"projection", "category"}});
    for (const json& product : page.at("items"))
        if (product.contains("category")) ++counts[product["category"]];
    json categories = json::array();
    for (const auto& [name, products] : counts)
        categories.push_back({{"name", name}, {"products", products}});
    return HttpResponse::json(categories);
}

// GET /users/{id}
inline HttpResponse get_user(std::string_view id, Context& context) {
    const auto user = context.table("users").get(id);
    return user ? HttpResponse::json(*user) : HttpResponse::not_found("there is no user " + std::string(id));
}

// POST /users: the id is the client's choice, and taken only once.
inline HttpResponse create_user(const HttpRequest& request, Context& context) {
    const json user = request.json();
    if (!user.is_object() || !user.contains("id")) return HttpResponse::bad_request("a user needs an id");
    // Whoever got no answer may ask again: the same user is no conflict.
    if (!context.table("users").put_if(user, {"attribute_not_exists(id)"}) && context.table("users").get(user["id"]) != user)
        return HttpResponse::json({{"message", "this id is taken"}}, 409);
    return HttpResponse::created(user);
}

// GET /users/{id}/cart
inline HttpResponse get_cart(std::string_view user, Context& context) {
    const json found = context.table("cart").query({"userId = :u", {{":u", user}}});
    double total = 0;
    json lines = json::array();
    for (const json& line : found.at("items")) {
        lines.push_back({{"productId", line["productId"]}, {"name", line["name"]}, {"price", line["price"]}, {"count", line["count"]}});
        total += line.value("price", 0.0) * line.value("count", 0);
    }
    return HttpResponse::json({{"lines", lines}, {"total", total}});
}

// POST /users/{id}/cart {"productId": …}: adds one, atomically, however many requests come at once. A client that got no
// answer may ask again under the same Idempotency-Key: a key counts once.
inline HttpResponse add_to_cart(std::string_view user, const HttpRequest& request, Context& context) {
    const json wanted = request.json();
    const auto product = context.table("products").get(wanted.value("productId", ""));
    if (!product) return HttpResponse::not_found("there is no such product");
    const std::string key(request.header("Idempotency-Key").value_or(context.request_id()));
    const auto line = context.table("cart").update_if(
        {{"userId", user}, {"productId", (*product)["id"]}},
        {"SET price = :p, #name = :n, #key = :one ADD #count :one",
         {{":p", (*product)["price"]}, {":n", (*product)["name"]}, {":one", 1}},
         {{"#name", "name"}, {"#count", "count"}, {"#key", "key-" + key}}},
        "attribute_not_exists(#key)");
    return line ? HttpResponse::json({{"count", line->at("count")}}) : HttpResponse::no_content();
}

}  // namespace shop
