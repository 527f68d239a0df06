#include "aws/handler.hpp"

#include "base/random.hpp"

namespace faasd::aws {
namespace {

Error forbidden(std::string why) { return {"AccessDenied", 403, std::move(why)}; }

Error no_such_service(const Target& target) {
    const std::string name = target.unknown.empty() ? std::string(to_string(target.service)) : target.unknown;
    return {"NotImplemented", 501, "faasd does not have the service '" + name + "'; docs/aws.md lists what it has"};
}

// A form that a browser posts to a bucket: it is signed within ("PostObject", S3 API Reference). Of all that S3 takes by
// POST, it alone has no query.
bool is_bucket_form(const model::HttpRequest& head) {
    return head.method == "POST" && head.raw_query.empty() &&
           head.header("content-type").value_or("").starts_with("multipart/form-data");
}

// Everybody may read a website.
bool is_website(const model::HttpRequest& head) { return head.host.find(".s3-website") != std::string_view::npos; }

}  // namespace

Door* Handler::door_of(const Target& target) const {
    if (!target.unknown.empty()) return nullptr;
    const auto found = with_.doors.find(target.service);
    return found == with_.doors.end() ? nullptr : found->second.get();
}

std::map<Service, std::vector<OperationStatus>> Handler::operations() const {
    std::map<Service, std::vector<OperationStatus>> all;
    for (const auto& [service, door] : with_.doors)
        all[service] = door->operations();
    return all;
}

model::BodyPlan Handler::plan(const model::HttpRequest& head) {
    model::BodyPlan plan;
    const auto authorization = find_authorization(head);
    const Target target = route(head, authorization);
    auto why = with_.guard.host_refusal(head);
    // Which pages may use a bucket is said by the bucket's CORS rules. A form says only in its body whom it is for.
    const bool for_bucket = target.service == Service::s3 && target.unknown.empty() && !has_form(head) &&
                            !Conveniences::takes(head);
    if (!why && !for_bucket) why = with_.guard.page_refusal(head);
    if (why) {
        plan.mode = model::BodyPlan::Mode::refuse;
        plan.refusal = render(forbidden(*why), {target.protocol}, base::random_uuid());
        return plan;
    }
    if (Conveniences::takes(head)) return plan;
    // S3 says in its head what its body will be, so the body need not be waited for.
    if (with_.signatures && target.service == Service::s3 && !is_website(head) && (authorization || !is_bucket_form(head))) {
        if (const auto refused = with_.signatures->refusal(head, authorization, target, {})) {
            plan.mode = model::BodyPlan::Mode::refuse;
            plan.refusal = render(*refused, {target.protocol}, base::random_uuid());
            return plan;
        }
    }
    Door* const door = door_of(target);
    // A form that nobody signed says only in its body which service it is for.
    if (door && (authorization || !has_form(head))) return door->plan(head, target);
    return plan;
}

void Handler::handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                     std::unique_ptr<model::HttpResponder> responder) {
    if (Conveniences::takes(request)) return with_.conveniences->handle(std::move(request), std::move(responder));
    Visit visit;
    visit.authorization = find_authorization(request);
    visit.target = route(request, visit.authorization, has_form(request) ? request.body : std::string_view{});
    visit.request_id = base::random_uuid();
    if (with_.signatures && visit.target.service != Service::s3) {
        if (const auto refused = with_.signatures->refusal(request, visit.authorization, visit.target, request.body))
            return responder->respond(render(*refused, {visit.target.protocol}, visit.request_id));
    }
    Door* const door = door_of(visit.target);
    if (!door) return responder->respond(render(no_such_service(visit.target), {visit.target.protocol}, visit.request_id));
    if (visit.target.protocol == Protocol::query && visit.target.operation.empty()) {
        const Error missing{"MissingAction", 400, "The request must contain the parameter Action."};
        return responder->respond(render(missing, {visit.target.protocol}, visit.request_id));
    }
    visit.scope = scope_of(visit.authorization);
    visit.request = std::move(request);
    visit.stream = std::move(stream);
    visit.responder = std::move(responder);
    visit.signatures = with_.signatures;
    door->handle(std::move(visit));
}

}  // namespace faasd::aws
