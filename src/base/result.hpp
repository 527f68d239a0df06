// Expected failures as values: Result<T> is a T or an Error.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <boost/system/result.hpp>

#include "base/unique_function.hpp"

namespace faasd::base {

// What a module adds to an error that its callers look at (the reasons of a cancelled transaction, say).
struct ErrorDetail {
    virtual ~ErrorDetail() = default;
};

// `code` is for programs: one enum a module, made an std::error_code. `message` is for a person: what was
// wrong, where, and what to do.
struct Error {
    std::error_code code;
    std::string message;
    std::shared_ptr<const ErrorDetail> detail = nullptr;

    Error() = default;
    Error(std::error_code c) : code(c), message(c.message()) {}
    Error(std::error_code c, std::string m, std::shared_ptr<const ErrorDetail> d = nullptr)
        : code(c), message(std::move(m)), detail(std::move(d)) {}
    template <class Enum>
        requires std::is_error_code_enum_v<Enum>
    Error(Enum e) : Error(make_error_code(e)) {}
    template <class Enum>
        requires std::is_error_code_enum_v<Enum>
    Error(Enum e, std::string m, std::shared_ptr<const ErrorDetail> d = nullptr)
        : Error(make_error_code(e), std::move(m), std::move(d)) {}
};

// Found by boost::system::result when value() is called on an error: a bug of the caller, or a test's wish.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::system_error(error.code, error.message);
}

template <class T = void>
using Result = boost::system::result<T, Error>;

// Called exactly once, with the outcome. Which thread it runs on is the contract of the function taking it.
template <class T = void>
using Completion = UniqueFunction<void(Result<T>)>;

}  // namespace faasd::base
