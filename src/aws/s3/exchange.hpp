// One request to S3 on its way to its answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pugixml.hpp>

#include "aws/protocol/door.hpp"
#include "aws/s3/address.hpp"
#include "aws/s3/errors.hpp"
#include "aws/s3/parts.hpp"

namespace faasd::aws::s3 {

inline constexpr char kXmlNamespace[] = "http://s3.amazonaws.com/doc/2006-03-01/";

// Answered exactly once, from any thread; otherwise used by one thread at a time.
class Exchange : public std::enable_shared_from_this<Exchange> {
  public:
    Exchange(const Parts& parts, Visit visit, Address address);

    const Parts& with;
    Visit visit;
    Address address;
    std::string_view operation;  // its name

    [[nodiscard]] model::Blobs& blobs() const { return with.blobs; }
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        return visit.request.header(name);
    }
    [[nodiscard]] std::string header_or(std::string_view name, std::string_view otherwise = {}) const {
        return std::string(header(name).value_or(otherwise));
    }
    // Decoded; a parameter without '=' is empty.
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
    [[nodiscard]] std::string query_or(std::string_view name, std::string_view otherwise = {}) const;
    // Throws Refused: it is no number, or outside of [least, most].
    [[nodiscard]] std::optional<std::uint64_t> query_number(const char* name, std::uint64_t least,
                                                            std::uint64_t most) const;
    [[nodiscard]] std::optional<std::string> version() const;  // of the parameter versionId
    [[nodiscard]] bool is_head() const { return visit.request.method == "HEAD"; }
    [[nodiscard]] Subject subject() const;
    // In what the request causes.
    [[nodiscard]] std::string trace() const { return header_or("x-amzn-trace-id"); }
    // Throws Refused where the header x-amz-expected-bucket-owner names somebody else.
    void check_owner() const;

    // Added to whatever is answered (CORS).
    void add_header(std::string name, std::string value) {
        extra_.emplace_back(std::move(name), std::move(value));
    }
    void respond(model::HttpResponse response);
    void respond_xml(const pugi::xml_document& document, unsigned status = 200,
                     std::vector<std::pair<std::string, std::string>> headers = {});
    void respond_nothing(unsigned status = 204,
                         std::vector<std::pair<std::string, std::string>> headers = {});
    void refuse(const Error& error);
    void refuse(const base::Error& error);

  private:
    std::string upload_, version_, range_;
    std::vector<std::pair<std::string, std::string>> extra_;
};
using ExchangePtr = std::shared_ptr<Exchange>;

// A document with its root in S3's name space.
struct XmlAnswer {
    explicit XmlAnswer(const char* root_name);
    pugi::xml_document document;
    pugi::xml_node root;
};

// Runs `job` on the executor, and answers what it throws.
void run_blocking(ExchangePtr exchange, base::UniqueFunction<void(const ExchangePtr&)> job);
// Calls `job` here, and answers what it throws.
template <class Job>
void run_guarded(const ExchangePtr& exchange, Job&& job) {
    try {
        job();
    } catch (const Refused& refused) {
        exchange->refuse(refused.error);
    }
}

// A completion that answers 204 (or `status`), or the error.
[[nodiscard]] base::Completion<> answer_nothing(ExchangePtr exchange, unsigned status = 204);

}  // namespace faasd::aws::s3
