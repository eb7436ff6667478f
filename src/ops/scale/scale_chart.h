/* ops/scale/scale_chart.h - the replay of `kith scale plan` as one HTML file without anything from outside: arrivals, workers, age. */
#pragma once
#include "base/buf.h"
#include "ops/scale/simulate.h"

void scale_chart(struct buf *b, const struct trace *t, const struct sim_run run[SIM_POLICIES]);
