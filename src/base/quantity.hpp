#pragma once

#include <compare>

namespace millwright {

// An amount with its unit in the type: + and - with its own kind only; a named function crosses
// units.
template <class Tag>
struct Quantity {
  double count;

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.count + b.count}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.count - b.count}; }
  friend constexpr Quantity operator*(Quantity a, double k) { return {a.count * k}; }
  friend constexpr Quantity operator*(double k, Quantity a) { return {k * a.count}; }
  friend constexpr Quantity operator/(Quantity a, double k) { return {a.count / k}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.count / b.count; }
};

}  // namespace millwright
