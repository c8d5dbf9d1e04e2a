#include "core/watch/statistics.h"

#include <math.h>

enum { TERMS_MAX = 1000000 };

/* log P(X = k) of a negative binomial of that mean and size; size 0 stands for Poisson. */
static double log_probability(double k, double mean, double size)
{
    int sign;
    if (size <= 0)
        return k * log(mean) - mean - lgamma_r(k + 1, &sign);
    return lgamma_r(k + size, &sign) - lgamma_r(size, &sign) - lgamma_r(k + 1, &sign) - size * log1p(mean / size) +
           k * log(mean / (size + mean));
}

static double size_of(double mean, double variance)
{
    /* So near to Poisson that the difference could not be computed. */
    return variance > mean * (1 + 1e-9) ? mean * mean / (variance - mean) : 0;
}

double statistics_none(double mean, double variance)
{
    double size = size_of(mean, variance);
    if (mean <= 0)
        return 1;
    return size <= 0 ? exp(-mean) : exp(-size * log1p(mean / size));
}

double statistics_at_least(int count, double mean, double variance)
{
    double size = size_of(mean, variance), sum = 0;
    if (count <= 0)
        return 1;
    if (mean <= 0)
        return 0;
    if (count <= mean) { /* the long tail: by what is left of the short one */
        for (int k = 0; k < count; k++)
            sum += exp(log_probability(k, mean, size));
        return sum < 1 ? 1 - sum : 0;
    }
    for (int k = count; k < count + TERMS_MAX; k++) {
        double term = exp(log_probability(k, mean, size));
        sum += term;
        if (term < sum * 1e-12 || term <= 0)
            break;
    }
    return sum < 1 ? sum : 1;
}

double statistics_chi_squared_95(int freedom)
{
    const double deviations = 1.644853627; /* of the normal distribution */
    double part = 2.0 / (9.0 * freedom);
    return freedom * pow(1 - part + deviations * sqrt(part), 3);
}
