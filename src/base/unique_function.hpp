// A callable of any type, moved but never copied: what completions and jobs are passed as.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

namespace faasd::base {

template <class Signature>
class UniqueFunction;

// Like std::move_only_function (C++23), with room for 64 bytes of captures before it allocates.
// Not thread-safe. Calling an empty one throws std::bad_function_call.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
  public:
    UniqueFunction() noexcept = default;
    UniqueFunction(std::nullptr_t) noexcept {}

    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, UniqueFunction> &&
                 std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
    UniqueFunction(F&& callable) {
        using Callable = std::decay_t<F>;
        if constexpr (fits<Callable>) {
            ::new (static_cast<void*>(storage_)) Callable(std::forward<F>(callable));
            operations_ = &inline_operations<Callable>;
        } else {
            ::new (static_cast<void*>(storage_)) Callable*(new Callable(std::forward<F>(callable)));
            operations_ = &heap_operations<Callable>;
        }
    }

    UniqueFunction(UniqueFunction&& other) noexcept : operations_(other.operations_) {
        if (operations_) operations_->move(storage_, other.storage_);
        other.operations_ = nullptr;
    }
    UniqueFunction& operator=(UniqueFunction&& other) noexcept {
        if (this != &other) {
            reset();
            operations_ = std::exchange(other.operations_, nullptr);
            if (operations_) operations_->move(storage_, other.storage_);
        }
        return *this;
    }
    UniqueFunction(const UniqueFunction&) = delete;
    UniqueFunction& operator=(const UniqueFunction&) = delete;
    ~UniqueFunction() { reset(); }

    void reset() noexcept {
        if (operations_) std::exchange(operations_, nullptr)->destroy(storage_);
    }
    explicit operator bool() const noexcept { return operations_ != nullptr; }

    R operator()(Args... args) {
        if (!operations_) throw std::bad_function_call();
        return operations_->call(storage_, std::forward<Args>(args)...);
    }

  private:
    static constexpr std::size_t kInlineSize = 64;
    struct Operations {
        R (*call)(void*, Args&&...);
        void (*move)(void* to, void* from) noexcept;
        void (*destroy)(void*) noexcept;
    };
    template <class C>
    static constexpr bool fits = sizeof(C) <= kInlineSize && alignof(C) <= alignof(std::max_align_t) &&
                                 std::is_nothrow_move_constructible_v<C>;
    template <class C>
    static constexpr Operations inline_operations{
        [](void* s, Args&&... args) -> R {
            return std::invoke(*std::launder(static_cast<C*>(s)), std::forward<Args>(args)...);
        },
        [](void* to, void* from) noexcept {
            C* source = std::launder(static_cast<C*>(from));
            ::new (to) C(std::move(*source));
            source->~C();
        },
        [](void* s) noexcept { std::launder(static_cast<C*>(s))->~C(); }};
    template <class C>
    static constexpr Operations heap_operations{
        [](void* s, Args&&... args) -> R {
            return std::invoke(**std::launder(static_cast<C**>(s)), std::forward<Args>(args)...);
        },
        [](void* to, void* from) noexcept { ::new (to) C*(*std::launder(static_cast<C**>(from))); },
        [](void* s) noexcept { delete *std::launder(static_cast<C**>(s)); }};

    alignas(std::max_align_t) std::byte storage_[kInlineSize];
    const Operations* operations_ = nullptr;
};

}  // namespace faasd::base
