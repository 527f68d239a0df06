// A bucket's web site, on the hosts bucket.s3-website.… ("Hosting a static website using Amazon S3", S3 User
// Guide).
#include "aws/s3/document.hpp"
#include "aws/s3/get_object.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

void answer_html(Exchange& exchange, unsigned status, std::string_view code, std::string_view message) {
    const std::string title = std::to_string(status) + " " +
                              (status == 404   ? "Not Found"
                               : status == 403 ? "Forbidden"
                                               : "Error");
    model::HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                        {"x-amz-error-code", std::string(code)},
                        {"x-amz-error-message", std::string(message)}};
    response.body = "<html>\n<head><title>" + title + "</title></head>\n<body>\n<h1>" + title +
                    "</h1>\n<ul>\n<li>Code: " + escaped(code) + "</li>\n<li>Message: " + escaped(message) +
                    "</li>\n<li>Key: " + escaped(exchange.address.key) +
                    "</li>\n<li>RequestId: " + exchange.visit.request_id + "</li>\n</ul>\n</body>\n</html>\n";
    exchange.respond(std::move(response));
}

void redirect(Exchange& exchange, unsigned status, std::string location) {
    exchange.respond_nothing(status, {{"Location", std::move(location)}});
}

bool send_page(Exchange& exchange, const std::string& key, unsigned status) {
    auto reader = exchange.blobs().get(exchange.address.bucket, key);
    if (!reader) return false;
    const auto& properties = (*reader)->info().properties;
    if (const auto to = properties.find(kRedirect); to != properties.end() && status == 200) {
        redirect(exchange, 301, to->second);
        return true;
    }
    model::HttpResponse response;
    response.status = status;
    response.headers = read_headers((*reader)->info(), false);
    send_content(exchange, std::move(response), std::move(*reader));
    return true;
}

// Of a routing rule: whether it is meant for this key, and for this error (0: before any).
bool applies(pugi::xml_node rule, const std::string& key, unsigned error) {
    const auto condition = rule.child("Condition");
    const unsigned wanted = condition.child("HttpErrorCodeReturnedEquals").text().as_uint();
    return wanted == error && key.starts_with(condition.child("KeyPrefixEquals").text().as_string());
}

// One that was set before it was checked is as if it was not there.
unsigned redirect_code(pugi::xml_node to) {
    const unsigned code = to.child("HttpRedirectCode").text().as_uint(301);
    return code > 300 && code < 309 ? code : 301;
}

bool follow_rules(Exchange& exchange, pugi::xml_node configuration, unsigned error) {
    const std::string& key = exchange.address.key;
    for (const pugi::xml_node rule : configuration.child("RoutingRules").children("RoutingRule")) {
        if (!applies(rule, key, error)) continue;
        const auto to = rule.child("Redirect");
        std::string target = key;
        if (const auto whole = to.child("ReplaceKeyWith")) {
            target = whole.text().as_string();
        } else if (const auto prefix = to.child("ReplaceKeyPrefixWith")) {
            const std::string_view old = rule.child("Condition").child("KeyPrefixEquals").text().as_string();
            target = std::string(prefix.text().as_string()) + key.substr(old.size());
        }
        const std::string host =
            to.child("HostName").text().as_string(std::string(exchange.visit.request.host).c_str());
        redirect(exchange, redirect_code(to),
                 std::string(to.child("Protocol").text().as_string("http")) + "://" + host + "/" +
                     base::percent_encode(target, "/"));
        return true;
    }
    return false;
}

}  // namespace

void get_website_page(const ExchangePtr& exchange) {
    if (exchange->visit.request.method != "GET" && !exchange->is_head())
        return answer_html(*exchange, 405, "MethodNotAllowed",
                           "The specified method is not allowed against this resource.");
    const auto text = exchange->blobs().document(exchange->address.bucket, "website");
    if (!text) return answer_html(*exchange, 404, "NoSuchBucket", "The specified bucket does not exist");
    pugi::xml_document document;
    if (text->empty() || !document.load_buffer(text->data(), text->size()))
        return answer_html(*exchange, 404, "NoSuchWebsiteConfiguration",
                           "The specified bucket does not have a website configuration");
    const auto configuration = document.document_element();
    const std::string& key = exchange->address.key;
    if (const auto all = configuration.child("RedirectAllRequestsTo")) {
        return redirect(*exchange, 301,
                        std::string(all.child("Protocol").text().as_string("http")) + "://" +
                            all.child("HostName").text().as_string() + "/" + base::percent_encode(key, "/"));
    }
    if (follow_rules(*exchange, configuration, 0)) return;
    const std::string index = configuration.child("IndexDocument").child("Suffix").text().as_string();
    const bool folder = key.empty() || key.ends_with('/');
    if (send_page(*exchange, folder ? key + index : key, 200)) return;
    // A folder that was asked for without its slash.
    if (!folder && exchange->blobs().head(exchange->address.bucket, key + "/" + index))
        return redirect(*exchange, 302, "/" + base::percent_encode(key, "/") + "/");
    if (follow_rules(*exchange, configuration, 404)) return;
    const std::string error_page = configuration.child("ErrorDocument").child("Key").text().as_string();
    if (!error_page.empty() && send_page(*exchange, error_page, 404)) return;
    answer_html(*exchange, 404, "NoSuchKey", "The specified key does not exist.");
}

}  // namespace faasd::aws::s3
