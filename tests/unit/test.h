// cmocka with the headers that it wants in front of it, and what most tests need.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "../scratch.h"
#include "base/arena.h"
#include "base/err.h"
