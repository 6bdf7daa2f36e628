#!/usr/bin/env bash
# One result on every machine: the rooms whose numbers enter results call neither libm's transcendental functions, whose
# bits differ with the processor, nor the standard library's distributions, whose draws differ with the library, nor
# a hash container whose order could enter a result (one that is only asked says on its line that it is never walked).
# shellcheck source=tests/house/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$source_dir"

functions='exp2?|expm1|log|log2|log10|log1p|pow|cbrt|sin|cos|tan|asin|acos|atan2?|sinh|cosh|tanh|erfc?|[lt]gamma|hypot|fma'
forbidden="(std::|[^a-z_A-Z0-9:.>])($functions)[fl]?\(|std::[a-z_]*_distribution|std::(random_device|mt19937(_64)?|default_random_engine)\b|#include <random>|std::unordered_|fast-math|std::(reduce|transform_reduce)\b|#pragma omp"

# findings FOLDER...: lines of code, comments left out, that name something forbidden.
findings() {
  grep -rnE --include='*.hpp' --include='*.cpp' -- "$forbidden" "$@" | grep -vE '^[^:]+:[0-9]+: *//' |
    while IFS= read -r found; do
      code=${found#*:*:}
      if [[ $code == *std::unordered_*//*"never walked"* ]]; then continue; fi
      if grep -qE -- "$forbidden" <<<" ${code%%//*}"; then printf '%s\n' "$found"; fi
    done
}

# The search must find what it is meant to find.
mkdir -p "$work/planted"
for line in 'double y = std::exp(x);' 'return log1p(x);' ' pow(a, 2.0)' 'std::binomial_distribution<int> d;' \
  '#include <random>' 'std::unordered_map<int, int> m;' 'auto y = std::fma(a, b, c);' 'const double s = std::sin(a);'; do
  checked=$((checked + 1))
  printf '%s\n' "$line" >"$work/planted/a.cpp"
  [[ -n $(findings "$work/planted") ]] || fail "the search misses: $line"
done
for line in 'double y = fixed_exp(x);' '// std::exp(x) differs' 'Prefix prefix(base);' 'std::sqrt(x)' 'run.log(x)' 'x = a; // log(x)' \
  'std::unordered_set<int> taken;  // only asked, never walked'; do
  checked=$((checked + 1))
  printf '%s\n' "$line" >"$work/planted/a.cpp"
  [[ -z $(findings "$work/planted") ]] || fail "the search finds what is allowed: $line"
done

for room in base net random records scenario world worm response sensor engine ensemble; do
  checked=$((checked + 1))
  found=$(findings "src/$room" || true)
  if [[ -n $found ]]; then fail "room $room:"$'\n'"$found"; fi
done

# The flags that forbid the compiler to round otherwise.
for flag in -ffp-contract=off -fno-fast-math; do
  checked=$((checked + 1))
  grep -q -- "$flag" cmake/compile_options.cmake || fail "cmake/compile_options.cmake lost $flag"
done

finish
