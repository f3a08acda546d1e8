# The analysis of tests/scoring/analysis/reference/cohort by R 4.2 alone (base, stats):
#   Rscript cohort.R > cohort_by_r.json
options(digits = 17)
clinical <- read.csv("cohort/clinical.csv", fileEncoding = "UTF-8")
totals <- read.csv("cohort/export/totals.csv", fileEncoding = "UTF-8")
at <- function(total, round, visit) {
  part <- totals[totals$total == total & totals$round == round & totals$visit_num == visit, ]
  part$strict[match(clinical$subject_id, part$subject_id)]
}
change <- function(total, round = 1) at(total, round, 2) - at(total, round, 1)
# rounded: 4.62 - 3.51 and 2.11 - 1.00 are one change, and have to be ties
activity <- round(clinical$das28crp_v2 - clinical$das28crp_v1, 9)

# SAS NPAR1WAY MEDIAN: scores of ranks, averaged over ties, normal approximation without continuity correction
median_z <- function(values, group) {
  known <- !is.na(values); values <- values[known]; group <- group[known]
  n <- length(values)
  scores <- ave(as.numeric(rank(values, ties.method = "first") > (n + 1) / 2), values)
  # SAS sums the smaller sample, the first where both are as large
  sizes <- table(group)
  first <- group == names(sizes)[which.min(sizes)]
  variance <- sum(first) * sum(!first) / (n * (n - 1)) * sum((scores - mean(scores))^2)
  z <- (sum(scores[first]) - sum(first) * mean(scores)) / sqrt(variance)
  c(z, 2 * pnorm(-abs(z)))
}
counts_p <- function(category, group) {
  table <- table(group, category)
  table <- table[, colSums(table) > 0]
  expected <- outer(rowSums(table), colSums(table)) / sum(table)
  if (min(expected) < 5) fisher.test(table)$p.value else chisq.test(table, correct = FALSE)$p.value
}
rho <- function(a, b) {
  found <- suppressWarnings(cor.test(a, b, method = "spearman", exact = FALSE))
  c(sum(!is.na(a) & !is.na(b)), unname(found$estimate), found$p.value)
}
fit <- function(total) {
  data <- data.frame(activity, moved = change(total), age = clinical$age, female = as.numeric(clinical$sex == "F"),
    duration = clinical$duration_years, ccp = as.numeric(clinical$anti_ccp == "POS"), erosion = at("EROTOT", 1, 1),
    person = clinical$person_id)
  data <- data[complete.cases(data), ]
  model <- lm(activity ~ moved + age + female + duration + ccp + erosion, data)
  x <- model.matrix(model); n <- nrow(x); k <- ncol(x)
  sums <- rowsum(x * residuals(model), data$person); g <- nrow(sums)
  bread <- solve(crossprod(x))
  error <- sqrt(diag(g / (g - 1) * (n - 1) / (n - k) * bread %*% crossprod(sums) %*% bread))
  t <- coef(model) / error
  list(n = n, people = g, estimate = unname(coef(model)), se = unname(error), p = unname(2 * pt(-abs(t), g - 1)),
    r_squared = summary(model)$r.squared)
}
sdc <- function(total) {
  d <- (change(total, 2) - change(total))
  1.96 * sd(d[!is.na(d)]) / sqrt(2)
}
power <- function(n, r = 0.4, alpha = 0.05) {
  t <- qt(alpha / 2, n - 2, lower.tail = FALSE); rc <- sqrt(t^2 / (t^2 + n - 2))
  pnorm((atanh(r) + r / (2 * (n - 1)) - atanh(rc)) * sqrt(n - 3)) + pnorm((-atanh(r) - r / (2 * (n - 1)) - atanh(rc)) * sqrt(n - 3))
}
number <- function(v) paste0("[", paste(ifelse(is.na(v), "null", format(v, digits = 17, trim = TRUE)), collapse = ", "), "]")
codes <- c("SYNTOT", "TENTOT", "OSTTOT", "EROTOT", "MRII")
part <- function(name, values) paste0("  \"", name, "\": {", paste0("\"", names(values), "\": ", values, collapse = ", "), "}")
over <- function(make) sapply(codes, function(code) number(make(code)))
fits <- lapply(codes, fit); names(fits) <- codes
cat("{\n")
cat(paste(
  part("median_v1", over(function(code) median_z(at(code, 1, 1), clinical$group))),
  part("median_v2", over(function(code) median_z(at(code, 1, 2), clinical$group))),
  part("median_change", over(function(code) median_z(change(code), clinical$group))),
  part("direction_p", over(function(code) counts_p(sign(change(code)), clinical$group))),
  part("quartiles_mtx_change", over(function(code) quantile(change(code)[clinical$group == "MTX"], c(.25, .5, .75), type = 2, na.rm = TRUE))),
  part("spearman", over(function(code) rho(activity, change(code)))),
  part("sdc", over(sdc)),
  part("fit_n", sapply(fits, function(f) number(c(f$n, f$people, f$r_squared)))),
  part("fit_estimate", sapply(fits, function(f) number(f$estimate))),
  part("fit_se", sapply(fits, function(f) number(f$se))),
  part("fit_p", sapply(fits, function(f) number(f$p))),
  part("power", c(n45 = number(power(45)), n46 = number(power(46)), n62 = number(power(62)))),
  part("fisher", c(three_by_three = number(fisher.test(matrix(c(12, 20, 5, 2, 4, 3, 9, 6, 5), 3))$p.value),
    tea = number(fisher.test(matrix(c(3, 1, 1, 3), 2))$p.value))),
  sep = ",\n"))
cat("\n}\n")
