// The content coding "aws-chunked" ("Signature calculations … transferring payload in multiple chunks", S3
// API Reference): chunks with a size and perhaps a signature each, and trailers behind the last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/protocol/chunk_signatures.hpp"

namespace faasd::aws::s3 {

// Sans I/O. Takes the body in whatever pieces it comes.
class ChunkedBody {
  public:
    enum class State { more, complete, broken };

    // The signatures of the chunks have to be right; of the trailers as well, where `with_trailers`. Before the first piece.
    void require(ChunkSignatures signatures, bool with_trailers) {
        signatures_ = std::move(signatures);
        signs_trailers_ = with_trailers;
    }
    // One was not: it is broken for that reason.
    [[nodiscard]] bool has_wrong_signature() const { return wrong_signature_; }

    // Hands what it finds of the content to `data`, which says whether to go on. After `broken` or a refusal
    // of `data`, nothing more is taken.
    template <class Data>
    State feed(std::string_view bytes, Data&& data) {
        while (!bytes.empty() && step_ != Step::end && step_ != Step::broken) {
            if (step_ == Step::data) {
                const std::string_view piece = bytes.substr(0, left_);
                bytes.remove_prefix(piece.size());
                left_ -= piece.size();
                if (signatures_) signatures_->update(piece);
                if (!data(piece)) step_ = Step::broken;
                if (left_ == 0 && step_ == Step::data) end_chunk(Step::after_data);
            } else {
                take_line(bytes);
            }
        }
        if (step_ == Step::broken || (step_ == Step::end && !bytes.empty())) return State::broken;
        return step_ == Step::end ? State::complete : State::more;
    }
    // Whether the body may end here: some clients leave out the line that ends the trailers.
    [[nodiscard]] bool may_end() const {
        return step_ == Step::end || (step_ == Step::trailers && line_.empty() && !signs_trailers_);
    }
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& trailers() const {
        return trailers_;
    }

  private:
    enum class Step { size, data, after_data, trailers, end, broken };
    void take_line(std::string_view& bytes);
    void on_line(std::string_view line);
    void on_size(std::string_view line);
    void on_trailer(std::string_view line);
    void end_chunk(Step next);
    void end_trailers();

    Step step_ = Step::size;
    std::uint64_t left_ = 0;
    std::string line_;                                           // what came of it
    std::vector<std::pair<std::string, std::string>> trailers_;  // names in lower case
    std::optional<ChunkSignatures> signatures_;
    bool signs_trailers_ = false, wrong_signature_ = false;
};

}  // namespace faasd::aws::s3
