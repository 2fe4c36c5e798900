// app/cli/heartbeat.h -- calls a function every few seconds, from a thread of its own, while other work goes
// on.
#ifndef VG_APP_CLI_HEARTBEAT_H
#define VG_APP_CLI_HEARTBEAT_H

#include <pthread.h>
#include <stdbool.h>

// Must not move between begin and end.
typedef struct vg_heartbeat {
    double every; // s
    void (*beat)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended; // it is over
    bool running, over;
} vg_heartbeat;

// The first call comes after `every` seconds. The thread takes no signals. Without a thread (the system has
// none left) nothing is called.
void vg_heartbeat_begin(vg_heartbeat *heartbeat, double every, void (*beat)(void *context), void *context);
// No call is under way or comes later. A zeroed one is fine.
void vg_heartbeat_end(vg_heartbeat *heartbeat);

#endif
