#include "agents/drive/reference_line.h"

#include <math.h>
#include <stddef.h>

#include "agents/drive/reference_line_private.h"

float vg_reference_offset(const vg_reference *reference, int32_t road, double s) {
    if (!reference || !reference->lines[road].offset) return 0;
    const vg_line *l = &reference->lines[road];
    double at = s * l->bins_a_metre, whole = floor(at);
    int32_t k = whole < 0 ? 0 : whole >= l->count ? l->count - 1 : (int32_t)whole;
    int32_t next = k + 1 < l->count ? k + 1 : l->closed ? 0 : k;
    float share = (float)(at - k);
    return l->offset[k] + share * (l->offset[next] - l->offset[k]);
}

const vg_pace *vg_reference_pace(const vg_reference *reference, int32_t road) {
    const vg_pace *pace = reference ? &reference->lines[road].pace : NULL;
    return pace && pace->speed ? pace : NULL;
}

const vg_policy *vg_reference_expert(const vg_reference *reference) {
    return reference ? reference->expert : NULL;
}
