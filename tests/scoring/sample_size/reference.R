# Makes the numbers in test_sample_sizes.py: Rscript reference.R (R 4.2 with the package pwr 1.3-0).
library(pwr)
pairs <- function(...) cat(format(pwr.r.test(...)$n, digits = 12), "\n")
pairs(r = .4, power = .8); pairs(r = .3, power = .8, alternative = "greater"); pairs(r = .5, power = .8)
pairs(r = .2, power = .9, sig.level = .01); pairs(r = .9, power = .95)
cat(format(pwr.r.test(r = .3, n = 50)$power, digits = 15), "\n")
cat(format(pwr.r.test(r = .3, n = 50, alternative = "greater")$power, digits = 15), "\n")
group <- function(...) cat(format(power.t.test(type = "two.sample", alternative = "one.sided", ...)$n, digits = 12), "\n")
group(delta = 2, sd = 2, power = .8); group(delta = 1, sd = 2, power = .8)
group(delta = 2, sd = 2, power = .8, sig.level = .025); group(delta = 3, sd = 2, power = .9)
power <- function(n) power.t.test(n = n, delta = 2, sd = 2, type = "two.sample", alternative = "one.sided")$power
cat(format(power(50), digits = 15), format(power(13), digits = 15), "\n")
