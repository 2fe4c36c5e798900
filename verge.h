// verge.h -- all that a program needs which embeds verge: roads, cars, a world of many cars, what they sense,
// who drives them, and logs of what they did. docs/examples/embed.c is a whole program.
//
// Same seed, same bits: what these functions compute depends neither on the number of threads nor on the CPU.
// Functions return a vg_err and fill a vg_diag; the library never prints or exits.
#ifndef VG_VERGE_H
#define VG_VERGE_H

#include "agents/policy/policy.h" // who drives: the contract of learned policies and experts
#include "agents/policy_open.h"   // a policy by its name or path
#include "logs/store/log.h"       // logs: write, read
#include "sim/base/error.h"       // vg_err, vg_diag
#include "sim/base/version.h"     // VG_VERSION
#include "sim/car.h"              // cars and their presets
#include "sim/road.h"             // roads by arc length
#include "sim/sense.h"            // what a driver is shown
#include "sim/world.h"            // N cars stepped together
#include "tracks/library.h"       // a road by its name or path

#endif
