// JSON text read piece by piece, without a tree in between: a put of 100 attributes is read into its item at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faasd::aws::dynamodb {

// Thrown: the text is no JSON. The call is answered with a SerializationException.
struct Malformed {};

// RFC 8259, nothing beyond it. Keeps a view of the text. What is asked for must be what peek() says is next.
class JsonReader {
  public:
    enum class Kind : std::uint8_t { object, array, string, number, boolean, null };
    static constexpr int kMaxDepth = 300;  // deeper text is refused: no input makes a recursion overflow a stack

    explicit JsonReader(std::string_view text) : text_(text) {}

    [[nodiscard]] Kind peek();
    // An escape of half a surrogate pair becomes U+FFFD.
    void string(std::string& out);
    [[nodiscard]] std::string_view number();  // as it is written
    [[nodiscard]] bool boolean();
    void null();

    // begin_object(); while (next_member(name)) …read or skip its value…;
    void begin_object();
    [[nodiscard]] bool next_member(std::string& name);
    void begin_array();
    [[nodiscard]] bool next_element();

    void skip();
    // The text of the next value, which is skipped.
    [[nodiscard]] std::string_view raw();
    // Nothing but white space follows.
    void finish();

  private:
    [[nodiscard]] char look();
    void expect(char wanted);
    void escape(std::string& out);
    [[nodiscard]] std::uint32_t hex4();
    void enter();
    [[nodiscard]] bool next(char close);

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool first_ = false;  // directly after an opening bracket
};

}  // namespace faasd::aws::dynamodb
