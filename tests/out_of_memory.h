// tests/out_of_memory.h -- work whose first allocation fails, then its second, and so on until none fails:
//     for (oom turn = {.diag = &diag}; oom_next(&turn);) {
//         turn.err = vg_thing_create(&def, &thing, &diag);
//         vg_thing_destroy(thing);
//     }
// oom_next checks what must hold behind every turn: a failed allocation was told as VG_ERR_MEMORY, nothing
// else was, and all blocks of the turn are freed. The test checks what else must hold, such as a NULL pointer
// or that no file is left. Memory fails until the end of the turn or oom_stop, so a turn is not left by
// `break`.
#ifndef VG_TESTS_OUT_OF_MEMORY_H
#define VG_TESTS_OUT_OF_MEMORY_H

#include "tests/check.h"

typedef struct oom {
    vg_err err;    // set by the test: what the work of this turn returned
    vg_err end;    // what the work returns when no allocation fails; VG_OK
    int64_t least; // allocations that the whole work must make, or the test fails; at least 1
    int64_t share; // 0: each allocation fails in turn; k: the first k do, then ever fewer, as n += 1 + n / k
    bool spares;   // the work may also return `end`, where it can do without what it could not get
    bool later;    // the turn calls oom_start itself, behind what it makes for the work
    vg_diag *diag; // that the work fills when it fails; NULL: not looked at
    const char *what; // named when a check fails, where a loop is around this one
    // The header's own.
    int64_t n;      // the allocation that fails in this turn
    int64_t live;   // blocks before the first turn
    int64_t before; // allocations before the work of this turn
    int64_t made;   // allocations of the work, once it is over; or -1
} oom;

// The work begins: its nth allocation fails, and all after it. Only for a turn of `later`.
static inline void oom_start(oom *turn) {
    turn->before = vg_memory_count();
    turn->made = -1;
    vg_memory_fail_after(turn->n);
}

// The work is over: there is memory again. Only for a turn that needs some to look at what the work left.
static inline void oom_stop(oom *turn) {
    if (turn->made < 0) turn->made = vg_memory_count() - turn->before;
    vg_memory_fail_never();
}

// Whether the turn ended as it must; otherwise text says what is wrong.
static inline bool oom_holds(const oom *turn, char text[200]) {
    bool failed = turn->made >= turn->n;
    vg_err expected = failed ? VG_ERR_MEMORY : turn->end;
    int64_t left = vg_memory_live() - turn->live, least = turn->least > 1 ? turn->least : 1;
    if (turn->err != expected && !(failed && turn->spares && turn->err == turn->end))
        snprintf(text, 200, "found \"%s\"; expected \"%s\"", vg_err_text(turn->err), vg_err_text(expected));
    else if (turn->err && turn->diag && turn->diag->code != turn->err)
        snprintf(text, 200, "the diagnostic is of \"%s\"", vg_err_text(turn->diag->code));
    else if (left != 0)
        snprintf(text, 200, "%ld blocks are left", (long)left);
    else if (!failed && turn->made < least)
        snprintf(text, 200, "found %ld allocations; expected %ld or more", (long)turn->made, (long)least);
    else
        return true;
    return false;
}

// Begins a turn in which one allocation more succeeds; false when all have.
#define oom_next(turn) oom_next_at((turn), __FILE__, __LINE__)

static inline bool oom_next_at(oom *turn, const char *file, int line) {
    if (turn->n) {
        char text[200];
        oom_stop(turn);
        ck_assert_msg(oom_holds(turn, text), "%s:%d: %s%sallocation %ld %s: %s. %s", file, line,
                      turn->what ? turn->what : "", turn->what ? ": " : "", (long)turn->n,
                      turn->made < turn->n ? "is not reached" : "fails", text,
                      turn->diag ? turn->diag->text : "");
        if (turn->made < turn->n) return false;
    } else {
        turn->live = vg_memory_live();
    }
    turn->n += 1 + (turn->share ? turn->n / turn->share : 0);
    turn->err = (vg_err)-1;
    turn->made = 0;
    if (turn->diag) *turn->diag = (vg_diag){0};
    if (!turn->later) oom_start(turn);
    return true;
}

#endif
