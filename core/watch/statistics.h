/* Statistics: how unlikely a count is. Pure, any thread.
 *
 * Counts are taken for negative binomially distributed with the given mean and variance, which is Poisson's distribution
 * where the variance is no greater than the mean. With the variance of a forecast from a baseline of D events, mean (1 +
 * ratio), it is the predictive distribution of a Poisson count whose rate was learnt from them. */
#ifndef CORE_WATCH_STATISTICS_H
#define CORE_WATCH_STATISTICS_H

/* The probability of `count` or more. */
double statistics_at_least(int count, double mean, double variance);
/* The probability of none. */
double statistics_none(double mean, double variance);

/* The 95th percentile of the chi-squared distribution (Wilson and Hilferty's approximation, good to a per cent from two
 * degrees of freedom on). */
double statistics_chi_squared_95(int freedom);

#endif
