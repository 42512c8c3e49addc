// Inside run/ only: changes that a service puts off for long.
#pragma once
#include <stdbool.h>

struct flight;

// A request is about to be sent again. True: its change has begun anew instead, and the flight is no more.
bool anew_begin(struct flight *flight);
