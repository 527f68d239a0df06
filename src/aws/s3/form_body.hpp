// A body of the type multipart/form-data (RFC 7578) whose last field is a file, as browsers send it to S3.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace faasd::aws::s3 {

// Sans I/O. The fields come first and are kept; the file's content is handed on as it comes.
class FormBody {
  public:
    enum class State { more, file, complete, broken };
    static constexpr std::size_t kMaxFields = 20 << 10;  // bytes of all fields together

    // Of a Content-Type; nothing where it is another, or has no boundary.
    [[nodiscard]] static std::optional<std::string> boundary_of(std::string_view content_type);
    explicit FormBody(std::string_view boundary)
        : delimiter_("\r\n--" + std::string(boundary)), buffer_("\r\n") {}

    // Takes bytes in. `file`: the file has begun, so take_content() has something to give.
    State feed(std::string_view bytes);
    // What is known of the file's content so far.
    [[nodiscard]] std::string take_content();
    // By lower-case name; the file's own headers as "content-type" unless a field says so.
    [[nodiscard]] const std::map<std::string, std::string>& fields() const { return fields_; }
    [[nodiscard]] const std::string& file_name() const { return file_name_; }
    [[nodiscard]] bool in_file() const { return state_ == State::file || state_ == State::complete; }

  private:
    bool take_field();  // false: it needs more
    const std::string delimiter_;
    std::string buffer_;
    std::string content_;
    std::map<std::string, std::string> fields_;
    std::string file_name_;
    std::size_t field_bytes_ = 0;
    State state_ = State::more;
};

}  // namespace faasd::aws::s3
