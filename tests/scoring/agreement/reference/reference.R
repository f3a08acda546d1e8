# Makes the reference numbers in this folder: Rscript reference.R (R 4.2 with the packages psych 2.2.9 and vcd 1.4-11).
# psych::ICC(lmer = FALSE) judges the intraclass correlations, vcd::Kappa the weighted kappas, stats the rest.
suppressPackageStartupMessages({library(psych); library(vcd)})

number <- function(x) ifelse(is.finite(x), trimws(formatC(x, digits = 17, format = "g")), "null")
list_of <- function(x) paste0("[", paste(x, collapse = ", "), "]")
object <- function(...) { x <- c(...); paste0("{", paste0("\"", names(x), "\": ", x, collapse = ", "), "}") }
rows_of <- function(m) list_of(apply(m, 1, function(r) list_of(number(r))))

icc <- function(m, level) {
  r <- psych::ICC(as.data.frame(m), lmer = FALSE, alpha = 1 - level)$results
  names <- c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
  each <- sapply(1:6, function(i) object(
    estimate = number(r$ICC[i]), low = number(r$`lower bound`[i]), high = number(r$`upper bound`[i]),
    f = number(r$F[i]), df1 = number(r$df1[i]), df2 = number(r$df2[i]), p = number(r$p[i])))
  do.call(object, as.list(setNames(each, names)))
}

kappas <- function(m, scale, level) {
  grades <- scale[1]:scale[2]
  t <- table(factor(m[, 1], grades), factor(m[, 2], grades))
  one <- function(weights, line) {
    k <- vcd::Kappa(unclass(t), weights = weights)
    ci <- confint(k, level = level)
    object(estimate = number(k[[line]][["value"]]), error = number(k[[line]][["ASE"]]),
           low = number(ci[line, 1]), high = number(ci[line, 2]))
  }
  object(quadratic = one("Fleiss-Cohen", "Weighted"), linear = one("Equal-Spacing", "Weighted"),
         unweighted = one("Equal-Spacing", "Unweighted"))
}

# The test of kappa = 0 over the full table, as SAS PROC FREQ documents it (Fleiss, Cohen and Everitt 1969).
null_z <- function(m, scale, weight) {
  grades <- scale[1]:scale[2]
  p <- table(factor(m[, 1], grades), factor(m[, 2], grades)) / nrow(m)
  d <- abs(outer(grades, grades, "-")) / diff(scale)
  w <- switch(weight, quadratic = 1 - d^2, linear = 1 - d, unweighted = (d == 0) * 1)
  a <- rowSums(p); b <- colSums(p); pe <- sum(w * outer(a, b)); po <- sum(w * p)
  to_row <- as.vector(w %*% b); to_column <- as.vector(a %*% w)
  v <- sum(outer(a, b) * (w - outer(to_row, to_column, "+"))^2) - pe^2
  ((po - pe) / (1 - pe)) / (sqrt(v / nrow(m)) / (1 - pe))
}

pairs <- function(m, level) {
  d <- m[, 2] - m[, 1]; n <- length(d); s <- sd(d); q <- qt((1 + level) / 2, n - 1)
  se <- s * sqrt(1 / n + 1.96^2 / (2 * (n - 1)))
  low <- mean(d) - 1.96 * s; high <- mean(d) + 1.96 * s
  rho <- cor(m[, 1], m[, 2], method = "spearman")
  z <- NaN
  if (n > 3) z <- qnorm((1 + level) / 2) * sqrt((1 + rho^2 / 2) / (n - 3))
  test <- t.test(d, conf.level = level)$conf.int
  chi <- qchisq(c((1 + level) / 2, (1 - level) / 2), n - 1)
  object(bias = number(mean(d)), bias_low = number(test[1]), bias_high = number(test[2]), sd = number(s),
         low = number(low), high = number(high), low_low = number(low - q * se), low_high = number(low + q * se),
         high_low = number(high - q * se), high_high = number(high + q * se),
         sdd = number(1.96 * s), sdd_low = number(1.96 * s * sqrt((n - 1) / chi[1])),
         sdd_high = number(1.96 * s * sqrt((n - 1) / chi[2])), srm = number(mean(d) / s),
         spearman = number(rho), spearman_low = number(tanh(atanh(rho) - z)), spearman_high = number(tanh(atanh(rho) + z)))
}

set <- function(name, m, scale = NULL) {
  parts <- c(name = paste0("\"", name, "\""), rows = rows_of(m))
  for (level in c(0.9, 0.95, 0.99)) parts[paste0("icc_", level)] <- icc(m, level)
  parts["sem"] <- number(sqrt(anova(lm(as.vector(m) ~ factor(row(m)) + factor(col(m))))$`Mean Sq`[3]))
  if (ncol(m) == 2) parts["pairs"] <- pairs(m, 0.95)
  if (!is.null(scale)) {
    parts["scale"] <- list_of(number(scale))
    parts["kappa"] <- kappas(m, scale, 0.95)
    z <- sapply(c("quadratic", "linear", "unweighted"), function(w) number(null_z(m, scale, w)))
    parts["kappa_z"] <- do.call(object, as.list(z))
  }
  do.call(object, as.list(parts))
}

grades <- function(seed, n, k, top, noise) {
  set.seed(seed)
  truth <- rbeta(n, 0.6, 1.2) * top
  matrix(pmin(top, pmax(0, round(truth + rnorm(n * k, 0, noise)))), n, k)
}
set.seed(7); real <- matrix(rnorm(12, 5, 2) + rnorm(36, 0, 0.7) + rep(c(0, 0.4, -0.3), each = 12), 12, 3)
set.seed(8); unlike <- matrix(rnorm(40), 8, 5)

shrout_fleiss <- rbind(c(9, 2, 5, 8), c(6, 1, 3, 2), c(8, 4, 6, 8), c(7, 1, 2, 6), c(10, 5, 6, 9), c(6, 2, 4, 7))
wright <- c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
mini <- c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
cells <- as.data.frame(as.table(vcd::SexualFun)); cells <- cells[rep(seq_len(nrow(cells)), cells$Freq), ]
couples <- cbind(as.integer(cells[[1]]), as.integer(cells[[2]])) - 1

sets <- c(
  set("Shrout and Fleiss 1979, table 2", shrout_fleiss),
  set("Bland and Altman 1986, table 1, mini and large meter", cbind(mini, wright)),
  set("vcd SexualFun as grades 0 to 3", couples, c(0, 3)),
  set("10 pairs of synovitis grades", grades(1, 10, 2, 3, 0.6), c(0, 3)),
  set("30 pairs of erosion grades", grades(2, 30, 2, 10, 1.2), c(0, 10)),
  set("66 pairs of totals", grades(3, 66, 2, 84, 6), c(0, 84)),
  set("40 pairs of erosion grades on a scale nobody filled", grades(4, 40, 2, 4, 0.8), c(0, 10)),
  set("25 wrists by 4 readers", grades(5, 25, 4, 9, 1.1)),
  set("12 real numbers by 3 readers with a shift", real),
  set("8 by 5 of noise alone", unlike),
  set("2 rows", rbind(c(1, 2), c(4, 3))),
  set("one reading 50 above the other", cbind(grades(6, 20, 1, 84, 0), grades(6, 20, 1, 84, 0) + 50 + (1:20) %% 3))
)
writeLines(c("[", paste(sets, collapse = ",\n"), "]"), "r.json")
