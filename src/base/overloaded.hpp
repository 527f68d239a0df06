// A visitor of a variant, made of lambdas: std::visit(Overloaded{[](int) {…}, [](auto&) {…}}, variant).
#pragma once

namespace faasd::base {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
// C++20 deduces it, Clang from 17 on.
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace faasd::base
