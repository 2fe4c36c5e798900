#include "logs/fit/ilqr.h"

enum { N = VG_FIT_STATE, M = VG_FIT_CONTROL };

// The five directions in which a stage's course can change, apart from place and turn: speed, steering and
// acceleration at its start, and the two controls. (The effects of x, y and yaw at the start need no
// recursion.)
enum { BY_SPEED, BY_STEER, BY_ACCEL, BY_CONTROL0, BY_CONTROL1, DIRECTIONS };

typedef struct slopes {
    double d[N][DIRECTIONS];
} slopes;

// A quadratic in the state s and the previous control p: half of s'ss s + ..., plus the linear part.
typedef struct value {
    double ss[N][N], sp[N][M], pp[M][M], s[N], p[M];
} value;

// The same in the state and the control of a stage, with the linear model of the motion over the stage.
typedef struct stage_model {
    double f[N][N], b[N][M], gap[N]; // s' = f s + b u + gap
    double ss[N][N], su[N][M], uu[M][M], s[N], u[M];
} stage_model;

vg_motion vg_fit_motion(const double state[N]) {
    return (vg_motion){state[VG_FIT_X],
                       state[VG_FIT_Y],
                       state[VG_FIT_YAW],
                       (float)state[VG_FIT_SPEED],
                       (float)state[VG_FIT_STEER],
                       (float)state[VG_FIT_ACCEL]};
}

static void state_of(const vg_motion *m, double state[N]) {
    state[VG_FIT_X] = m->x, state[VG_FIT_Y] = m->y, state[VG_FIT_YAW] = m->yaw;
    state[VG_FIT_SPEED] = m->speed, state[VG_FIT_STEER] = m->steer, state[VG_FIT_ACCEL] = m->accel;
}

void vg_fit_command(const vg_car_tick_constants *car, const double control[M], float command[2]) {
    double accel = control[1] / (control[1] > 0 ? car->accel_max : car->brake_max);
    command[0] = (float)vg_fit_held(control[0] / car->steer_max, -1, 1);
    command[1] = (float)vg_fit_held(accel, -1, 1);
}

// The tick's tyres about a reference, and how they answer to the speed before, the acceleration that the
// actuators have, and the steering. Each row of slopes is by these three.
enum { AT_SPEED, AT_ACCEL, AT_STEER, CAUSES };
typedef struct tyres {
    double curvature;                // 1/m, driven
    double given_by[CAUSES];         // of the acceleration along
    double curvature_by[CAUSES];     // of the curvature ...
    double curvature_by_speed_after; // ... and by the speed after the tick
} tyres;

// What the engine's power leaves of the acceleration asked for.
static double asked_of(const vg_car_tick_constants *c, const vg_motion *m, const vg_motion *n,
                       double by[CAUSES]) {
    double v = m->speed > 1 ? m->speed : 1, most = c->power / v;
    if (n->accel <= most) {
        by[AT_ACCEL] = 1;
        return n->accel;
    }
    by[AT_SPEED] = m->speed > 1 ? -most / v : 0;
    return most;
}

static tyres tyres_about(const vg_car_tick_constants *c, const vg_motion *m, const vg_motion *n) {
    double v = m->speed, after = vg_fit_held(n->speed, 1e-3, 1e30), tangent = vg_tanf(n->steer);
    double wanted = tangent * c->inverse_wheelbase, by_steer = (1 + tangent * tangent) * c->inverse_wheelbase;
    double asked_by[CAUSES] = {0}, asked = asked_of(c, m, n, asked_by);
    double across = v * v * wanted, across_by[CAUSES] = {2 * v * wanted, 0, v * v * by_steer};
    double grip = c->grip[0] + c->downforce[0] * v * v, square = (double)c->as_across * c->as_across;
    double over = c->ellipse * __builtin_sqrt(asked * asked * square + across * across) / grip, given = asked;
    tyres t = {.curvature = wanted, .curvature_by = {0, 0, by_steer}};
    for (int i = 0; i < CAUSES; i++) t.given_by[i] = asked_by[i];
    double grip_by[CAUSES] = {2 * c->downforce[0] * v, 0, 0};
    if (over > 1) {
        given = asked / over;
        for (int i = 0; i < CAUSES; i++) {
            double more = (asked * square * asked_by[i] + across * across_by[i]) / (over * grip * grip) -
                          over * grip_by[i] / grip;
            t.given_by[i] = (asked_by[i] - given * more) / over;
        }
    }
    double left = grip * grip - given * given * square, root = __builtin_sqrt(left > 0 ? left : 0);
    double limit = root / (after * after), least = 0.05 * grip;
    if (vg_abs(wanted) <= limit) return t;
    double side = wanted > 0 ? 1 : -1;
    t.curvature = side * limit;
    for (int i = 0; i < CAUSES; i++)
        t.curvature_by[i] = side * (grip * grip_by[i] - given * square * t.given_by[i]) /
                            ((root > least ? root : least) * after * after);
    t.curvature_by_speed_after = n->speed > 1e-3f ? -2 * t.curvature / after : 0;
    return t;
}

// Carry the slopes over a tick that went from m to n under the control.
static void slopes_tick(const vg_car_tick_constants *c, const vg_motion *m, const vg_motion *n, slopes *a) {
    double dt = c->dt, ds = 0.5 * ((double)m->speed + n->speed) * dt;
    // A wheel that cannot turn faster, and a car at rest, still feel the wish: without it they would be deaf
    // to what follows, and no step could bring them off their limit.
    double keep = 1 - (double)c->steer_follow, take = c->steer_follow;
    double free = n->speed < c->speed_max ? 1 : 0, slowed = 1 - 2 * (double)c->drag * m->speed * dt;
    tyres t = tyres_about(c, m, n);
    double cosine = ds > 1e-9 ? (n->x - m->x) / ds : 1, sine = ds > 1e-9 ? (n->y - m->y) / ds : 0;
    for (int i = 0; i < DIRECTIONS; i++) {
        double before = a->d[VG_FIT_SPEED][i];
        double steer = keep * a->d[VG_FIT_STEER][i] + (i == BY_CONTROL0 ? take : 0);
        double accel =
            (1 - c->accel_follow) * a->d[VG_FIT_ACCEL][i] + (i == BY_CONTROL1 ? c->accel_follow : 0);
        double given =
            t.given_by[AT_SPEED] * before + t.given_by[AT_ACCEL] * accel + t.given_by[AT_STEER] * steer;
        double speed = free * (slowed * before + given * dt);
        double way = 0.5 * (before + speed) * dt;
        double curvature = t.curvature_by[AT_SPEED] * before + t.curvature_by[AT_ACCEL] * accel +
                           t.curvature_by[AT_STEER] * steer + t.curvature_by_speed_after * speed;
        double turn = curvature * ds + t.curvature * way;
        double middle = a->d[VG_FIT_YAW][i] + 0.5 * turn;
        a->d[VG_FIT_X][i] += cosine * way - sine * ds * middle;
        a->d[VG_FIT_Y][i] += sine * way + cosine * ds * middle;
        a->d[VG_FIT_YAW][i] += turn;
        a->d[VG_FIT_SPEED][i] = speed, a->d[VG_FIT_STEER][i] = steer, a->d[VG_FIT_ACCEL][i] = accel;
    }
}

// Add one residual, with its slope in state and control, to the quadratic. Row: x, y, yaw, then DIRECTIONS.
static void add_residual(stage_model *q, double weight, double residual, const double row[3 + DIRECTIONS]) {
    double scaled[3 + DIRECTIONS];
    for (int i = 0; i < 3 + DIRECTIONS; i++) scaled[i] = weight * row[i];
    for (int i = 0; i < N; i++) {
        q->s[i] += scaled[i] * residual;
        for (int j = 0; j < N; j++) q->ss[i][j] += scaled[i] * row[j];
        for (int j = 0; j < M; j++) q->su[i][j] += scaled[i] * row[N + j];
    }
    for (int i = 0; i < M; i++) {
        q->u[i] += scaled[N + i] * residual;
        for (int j = 0; j < M; j++) q->uu[i][j] += scaled[N + i] * row[N + j];
    }
}

static void add_target(const vg_fit_problem *p, const vg_fit_target *t, const vg_motion *start,
                       const vg_motion *m, const vg_motion *n, const slopes *before, const slopes *after,
                       stage_model *q) {
    double left = 1 - t->share, right = t->share;
    double x = left * m->x + right * n->x, y = left * m->y + right * n->y;
    double row[3][3 + DIRECTIONS] = {{1, 0, -(y - start->y)}, {0, 1, x - start->x}, {0, 0, 0}};
    for (int i = 0; i < DIRECTIONS; i++) {
        row[0][3 + i] = left * before->d[VG_FIT_X][i] + right * after->d[VG_FIT_X][i];
        row[1][3 + i] = left * before->d[VG_FIT_Y][i] + right * after->d[VG_FIT_Y][i];
        row[2][3 + i] = left * before->d[VG_FIT_SPEED][i] + right * after->d[VG_FIT_SPEED][i];
    }
    add_residual(q, t->weight * p->position_weight, x - t->x, row[0]);
    add_residual(q, t->weight * p->position_weight, y - t->y, row[1]);
    add_residual(q, t->weight * p->speed_weight, left * m->speed + right * n->speed - t->speed, row[2]);
}

// Linearise stage j about the reference.
static void stage_linear(const vg_fit_problem *p, const vg_fit_drive *reference, int32_t j, stage_model *q) {
    *q = (stage_model){0};
    vg_motion start = vg_fit_motion(reference->state[j]), m = start;
    float command[2];
    vg_fit_command(&p->car, reference->control[j], command);
    slopes a = {0};
    a.d[VG_FIT_SPEED][BY_SPEED] = a.d[VG_FIT_STEER][BY_STEER] = a.d[VG_FIT_ACCEL][BY_ACCEL] = 1;
    int32_t target = p->first_target[j], end = p->first_target[j + 1];
    for (int32_t tick = p->first_tick[j]; tick < p->first_tick[j + 1]; tick++) {
        vg_motion n = vg_car_tick(&p->car, m, command[0], command[1], 0.0f, 1.0f);
        slopes before = a;
        slopes_tick(&p->car, &m, &n, &a);
        for (; target < end && p->targets[target].tick == tick; target++)
            add_target(p, &p->targets[target], &start, &m, &n, &before, &a, q);
        m = n;
    }
    for (int i = 0; i < N; i++) {
        q->f[i][i] = i < 3 ? 1 : 0;
        for (int k = 0; k < 3; k++) q->f[i][3 + k] = a.d[i][k];
        for (int k = 0; k < M; k++) q->b[i][k] = a.d[i][BY_CONTROL0 + k];
    }
    q->f[VG_FIT_X][VG_FIT_YAW] = -(m.y - start.y);
    q->f[VG_FIT_Y][VG_FIT_YAW] = m.x - start.x;
    double reached[N];
    state_of(&m, reached);
    for (int i = 0; i < N; i++) q->gap[i] = reached[i] - reference->state[j + 1][i];
    q->gap[VG_FIT_YAW] = vg_fit_wrap(q->gap[VG_FIT_YAW]);
}

// Add the value of the later stages, through the stage's motion.
static void stage_backward(const value *v, stage_model *q) {
    double vf[N][N], vb[N][M], along[N], next_p[M];
    for (int i = 0; i < N; i++) {
        along[i] = v->s[i];
        for (int k = 0; k < N; k++) along[i] += v->ss[i][k] * q->gap[k];
        for (int j = 0; j < N; j++) {
            vf[i][j] = 0;
            // x and y affect only themselves
            for (int k = j < 2 ? j : 0; k < (j < 2 ? j + 1 : N); k++) vf[i][j] += v->ss[i][k] * q->f[k][j];
        }
        for (int j = 0; j < M; j++) {
            vb[i][j] = v->sp[i][j];
            for (int k = 0; k < N; k++) vb[i][j] += v->ss[i][k] * q->b[k][j];
        }
    }
    for (int i = 0; i < M; i++) {
        next_p[i] = v->p[i];
        for (int k = 0; k < N; k++) next_p[i] += v->sp[k][i] * q->gap[k];
    }
    for (int k = 0; k < N; k++) {
        for (int i = 0; i < N; i++) {
            double f = q->f[k][i];
            q->s[i] += f * along[k];
            for (int j = 0; j < N; j++) q->ss[i][j] += f * vf[k][j];
            for (int j = 0; j < M; j++) q->su[i][j] += f * vb[k][j];
        }
    }
    for (int i = 0; i < M; i++) {
        q->u[i] += next_p[i];
        for (int k = 0; k < N; k++) q->u[i] += q->b[k][i] * along[k];
        for (int j = 0; j < M; j++) {
            q->uu[i][j] += v->pp[i][j];
            for (int k = 0; k < N; k++) q->uu[i][j] += q->b[k][i] * vb[k][j] + v->sp[k][i] * q->b[k][j];
        }
    }
}

// The control that minimises the stage's quadratic within its box, [low, high] of the change, and its
// response to a change of the state. A control at a bound does not respond. `cross` is [FULL][M].
static bool stage_control(const double uu[M][M], const double u[M], const double cross[VG_FIT_FULL][M],
                          const double low[M], const double high[M], vg_fit_gain *g) {
    *g = (vg_fit_gain){0};
    double determinant = uu[0][0] * uu[1][1] - uu[0][1] * uu[1][0];
    if (!(uu[0][0] > 0) || !(uu[1][1] > 0) || !(determinant > 0)) return false;
    bool fixed[M] = {false, false};
    double open[M] = {(uu[0][1] * u[1] - uu[1][1] * u[0]) / determinant,
                      (uu[1][0] * u[0] - uu[0][0] * u[1]) / determinant};
    // Two controls that hardly interact: two iterations decide which of them are at a bound.
    for (int look = 0; look < 2; look++) {
        for (int i = 0; i < M; i++) {
            if (open[i] >= low[i] && open[i] <= high[i]) continue;
            fixed[i] = true;
            open[i] = vg_fit_held(open[i], low[i], high[i]);
        }
        for (int i = 0; i < M; i++)
            if (!fixed[i] && fixed[1 - i]) open[i] = -(u[i] + uu[i][1 - i] * open[1 - i]) / uu[i][i];
    }
    for (int i = 0; i < M; i++) {
        g->open[i] = vg_fit_held(open[i], low[i], high[i]);
        if (fixed[i]) continue;
        for (int k = 0; k < VG_FIT_FULL; k++)
            g->gain[i][k] = fixed[1 - i] ? -cross[k][i] / uu[i][i]
                                         : (uu[i][1 - i] * cross[k][1 - i] - uu[1 - i][1 - i] * cross[k][i]) /
                                               determinant;
    }
    return true;
}

// The value before the stage, once its control is chosen. Only half is computed, because it is symmetric.
static void value_before(const stage_model *q, const double cross[VG_FIT_FULL][M], const double stiffness[M],
                         const double pull[M], const vg_fit_gain *g, value *v) {
    for (int i = 0; i < N; i++) {
        v->s[i] = q->s[i] + cross[i][0] * g->open[0] + cross[i][1] * g->open[1];
        for (int j = 0; j <= i; j++)
            v->ss[i][j] = v->ss[j][i] =
                q->ss[i][j] + 0.5 * (cross[i][0] * g->gain[0][j] + cross[i][1] * g->gain[1][j] +
                                     cross[j][0] * g->gain[0][i] + cross[j][1] * g->gain[1][i]);
        for (int j = 0; j < M; j++)
            v->sp[i][j] = cross[i][0] * g->gain[0][N + j] + cross[i][1] * g->gain[1][N + j];
    }
    for (int i = 0; i < M; i++) {
        v->p[i] = -pull[i] + cross[N + i][i] * g->open[i];
        for (int j = 0; j < M; j++)
            v->pp[i][j] = (i == j ? stiffness[i] : 0) + cross[N + i][i] * g->gain[i][N + j];
    }
}

// Solve a x = -b for a symmetric positive definite a, in place.
static bool solve(double a[N][N], const double b[N], double x[N]) {
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++) sum -= a[i][k] * a[j][k];
            if (i == j && !(sum > 0)) return false;
            a[i][j] = i == j ? __builtin_sqrt(sum) : sum / a[j][j];
        }
    }
    for (int i = 0; i < N; i++) {
        x[i] = -b[i];
        for (int k = 0; k < i; k++) x[i] -= a[i][k] * x[k];
        x[i] /= a[i][i];
    }
    for (int i = N - 1; i >= 0; i--) {
        for (int k = i + 1; k < N; k++) x[i] -= a[k][i] * x[k];
        x[i] /= a[i][i];
    }
    return true;
}

bool vg_fit_backward(const vg_fit_problem *p, const vg_fit_drive *reference, vg_fit_gain *gains,
                     double start[N]) {
    value v = {0};
    const double most[M] = {p->car.steer_max, p->car.accel_max},
                 least[M] = {-p->car.steer_max, -p->car.brake_max};
    for (int32_t j = p->stages - 1; j >= 0; j--) {
        stage_model q;
        stage_linear(p, reference, j, &q);
        stage_backward(&v, &q);
        double cross[VG_FIT_FULL][M] = {0}, stiffness[M], pull[M], low[M], high[M];
        for (int i = 0; i < N; i++) cross[i][0] = q.su[i][0], cross[i][1] = q.su[i][1];
        for (int i = 0; i < M; i++) {
            stiffness[i] = p->stiffness[j][i];
            double before = j ? reference->control[j - 1][i] : reference->state[0][VG_FIT_STEER + i];
            pull[i] = stiffness[i] * (reference->control[j][i] - before);
            q.uu[i][i] += stiffness[i];
            q.u[i] += pull[i];
            cross[N + i][i] = -stiffness[i];
            low[i] = least[i] - reference->control[j][i], high[i] = most[i] - reference->control[j][i];
        }
        if (!stage_control(q.uu, q.u, cross, low, high, &gains[j])) return false;
        value_before(&q, cross, stiffness, pull, &gains[j], &v);
    }
    // Before the start the actuators were at their commands.
    for (int i = 0; i < M; i++) {
        v.s[VG_FIT_STEER + i] += v.p[i];
        for (int k = 0; k < N; k++)
            v.ss[k][VG_FIT_STEER + i] += v.sp[k][i], v.ss[VG_FIT_STEER + i][k] += v.sp[k][i];
        for (int k = 0; k < M; k++) v.ss[VG_FIT_STEER + i][VG_FIT_STEER + k] += v.pp[i][k];
    }
    // A tiny weight on the start: without it the steering of a car that never moves is undetermined.
    for (int i = 0; i < N; i++) v.ss[i][i] += 1e-6;
    return solve(v.ss, v.s, start);
}

static double target_cost(const vg_fit_problem *p, const vg_fit_target *t, const vg_motion *m,
                          const vg_motion *n) {
    double left = 1 - t->share, right = t->share;
    double x = left * m->x + right * n->x - t->x, y = left * m->y + right * n->y - t->y;
    double speed = left * m->speed + right * n->speed - t->speed;
    return t->weight * (p->position_weight * (x * x + y * y) + p->speed_weight * speed * speed);
}

void vg_fit_forward(const vg_fit_problem *p, const vg_fit_drive *reference, const vg_fit_gain *gains,
                    const double start[N], double share, vg_fit_drive *next) {
    const vg_car_tick_constants *c = &p->car;
    double first[N], change[VG_FIT_FULL] = {0};
    for (int i = 0; i < N; i++) first[i] = reference->state[0][i] + share * start[i];
    first[VG_FIT_SPEED] = vg_fit_held(first[VG_FIT_SPEED], 0, c->speed_max);
    first[VG_FIT_STEER] = vg_fit_held(first[VG_FIT_STEER], -c->steer_max, c->steer_max);
    first[VG_FIT_ACCEL] = vg_fit_held(first[VG_FIT_ACCEL], -c->brake_max, c->accel_max);
    first[VG_FIT_YAW] = vg_fit_wrap(first[VG_FIT_YAW]);
    vg_motion m = vg_fit_motion(first);
    next->cost = 0;
    for (int32_t j = 0; j < p->stages; j++) {
        state_of(&m, next->state[j]);
        if (!j)
            for (int i = 0; i < M; i++)
                change[N + i] = next->state[0][VG_FIT_STEER + i] - reference->state[0][VG_FIT_STEER + i];
        for (int i = 0; i < N; i++) change[i] = next->state[j][i] - reference->state[j][i];
        change[VG_FIT_YAW] = vg_fit_wrap(change[VG_FIT_YAW]);
        for (int i = 0; i < M; i++) {
            double u = reference->control[j][i] + share * gains[j].open[i];
            for (int k = 0; k < VG_FIT_FULL; k++) u += gains[j].gain[i][k] * change[k];
            next->control[j][i] =
                vg_fit_held(u, i ? -c->brake_max : -c->steer_max, i ? c->accel_max : c->steer_max);
        }
        for (int i = 0; i < M; i++) {
            change[N + i] = next->control[j][i] - reference->control[j][i];
            double jump =
                next->control[j][i] - (j ? next->control[j - 1][i] : next->state[0][VG_FIT_STEER + i]);
            next->cost += p->stiffness[j][i] * jump * jump;
        }
        float command[2];
        vg_fit_command(c, next->control[j], command);
        int32_t target = p->first_target[j];
        for (int32_t tick = p->first_tick[j]; tick < p->first_tick[j + 1]; tick++) {
            vg_motion n = vg_car_tick(c, m, command[0], command[1], 0.0f, 1.0f);
            for (; target < p->first_target[j + 1] && p->targets[target].tick == tick; target++)
                next->cost += target_cost(p, &p->targets[target], &m, &n);
            m = n;
        }
    }
    state_of(&m, next->state[p->stages]);
}
