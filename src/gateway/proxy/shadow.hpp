// Shadow traffic: requests that have been answered are sent to another target too, and the answers compared.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/proxy/comparison.hpp"
#include "gateway/proxy/upstream.hpp"
#include "model/http.hpp"
#include "model/invocation.hpp"
#include "model/upstreams.hpp"

namespace faasd::gateway {

// A moment's values, since the route has this shadow.
struct ShadowStatus {
    std::string route, target;
    std::uint64_t same = 0, different = 0;
    std::uint64_t failed = 0;   // the shadow gave no answer
    std::uint64_t skipped = 0;  // too many at once, bodies too large to be kept, callers that went away
    std::string last_difference;
};

// The shadow of one route. The caller's request and answer pass through it and are copied on their way, up to a limit; the
// shadow gets its copy only after the caller has the whole answer, so that it can neither delay nor fail it.
class Shadow : public std::enable_shared_from_this<Shadow> {
  public:
    // `upstream`: where the target is one; otherwise it is a function of `invoker`, which outlives all requests.
    Shadow(std::string route, model::ShadowDefinition definition, std::shared_ptr<Upstream> upstream, IoContextLoop& loop,
           model::Invoker& invoker);

    // One request's copy. Parts of it may be written on different threads, one after the other.
    class Copy {
      public:
        Copy(std::shared_ptr<Shadow> shadow, const model::HttpRequest& request) : shadow_(std::move(shadow)), request_(request) {}
        ~Copy();
        Copy(const Copy&) = delete;
        Copy& operator=(const Copy&) = delete;
        void add_request(std::string_view piece);
        void request_ended() { request_ended_ = true; }
        void add_answer(std::string_view piece);
        void answer_ended() { answer_ended_ = true; }
        void set_status(unsigned status) { answer_.status = status; }

      private:
        friend class Shadow;
        std::shared_ptr<Shadow> shadow_;
        model::HttpRequest request_;
        std::string body_;
        bool body_whole_ = true;
        bool request_ended_ = false, answer_ended_ = false;
        ShadowAnswer answer_;
    };
    // By chance, as the definition's share says; otherwise nullptr.
    [[nodiscard]] std::shared_ptr<Copy> copy(const model::HttpRequest& request);

    // Any thread.
    [[nodiscard]] ShadowStatus status() const;
    [[nodiscard]] const model::ShadowDefinition& definition() const { return definition_; }
    [[nodiscard]] const std::shared_ptr<Upstream>& upstream() const { return upstream_; }

  private:
    struct Run;
    void start(std::unique_ptr<Run> run);
    void ask_upstream(std::shared_ptr<Run> run);
    void ask_function(std::shared_ptr<Run> run);
    void take(const std::shared_ptr<Run>& run, model::HttpResponse response);
    void judge(const Run& run, const ShadowAnswer& shadow);
    void fail(const Run& run, const std::string& why);

    const std::string route_;
    const model::ShadowDefinition definition_;
    const std::shared_ptr<Upstream> upstream_;
    IoContextLoop& loop_;
    model::Invoker& invoker_;
    std::atomic<int> running_{0};
    std::atomic<std::uint64_t> same_{0}, different_{0}, failed_{0}, skipped_{0};
    mutable std::mutex mutex_;
    std::string last_difference_;  // guarded by mutex_
};

// Copies on their way: of a request's stream, and of an answer.
[[nodiscard]] std::unique_ptr<model::HttpBodyStream> copied(std::unique_ptr<model::HttpBodyStream> stream,
                                                            std::shared_ptr<Shadow::Copy> copy);
// `to_head`: the body is not read by anybody.
void copy_answer(model::HttpResponse& response, bool to_head, std::shared_ptr<Shadow::Copy> copy);

}  // namespace faasd::gateway
