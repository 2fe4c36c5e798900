#!/bin/sh
# tests/symbols.sh FILE... -- object files, archives or libraries of libverge: they may call of libm only what is
# exact on every machine, and of libc no random numbers. Prints each offence; exits 1 when there is one.
bad='a?(sin|cos|tan)h?|sincos|atan2|exp(2|10|m1)?|log(2|10|1p|b)?|pow|cbrt|hypot|t?gamma|lgamma|erfc?|j[01n]|y[01n]'
if nm -A -u "$@" 2>/dev/null | sed 's/@.*//' | grep -E " U (($bad)[fl]?|rand|srand|random|srandom|drand48|srand48)\$"; then
    echo "a result must not depend on these: see docs/determinism.md"
    exit 1
fi
