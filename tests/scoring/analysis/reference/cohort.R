# Every number of `ramris analyse` on a cohort, by R alone (base and stats, 4.2):
#   Rscript cohort.R FOLDER OUTLIER > cohort_by_r.json
# FOLDER holds clinical.csv and export/totals.csv, as tests/builders/trial_cohort.py writes them. OUTLIER: a person_id.
options(digits = 17)
given <- commandArgs(trailingOnly = TRUE)
clinical <- read.csv(file.path(given[1], "clinical.csv"), fileEncoding = "UTF-8", na.strings = "")
totals <- read.csv(file.path(given[1], "export/totals.csv"), fileEncoding = "UTF-8")
outlier <- given[2]
# a code with several enrolments is several rows, and one person; visit_num counts within the enrolment
if ("enrolment" %in% names(clinical)) {
  if (is.null(clinical$person_id)) clinical$person_id <- clinical$subject_id
  clinical$subject_id <- paste(clinical$subject_id, clinical$enrolment)
  totals$subject_id <- paste(totals$subject_id, totals$enrolment)
}
for (visit in 1:2) {
  part <- function(name) clinical[[paste0(name, "_v", visit)]]
  if (is.null(part("das28crp")) && !is.null(part("crp_mg_l"))) {
    joints <- 0.56 * sqrt(part("tjc28")) + 0.28 * sqrt(part("sjc28")) + 0.36 * log(part("crp_mg_l") + 1)
    clinical[[paste0("das28crp_v", visit)]] <- joints + 0.014 * part("global_mm") + 0.96
    clinical[[paste0("das28crp3_v", visit)]] <- 1.1 * joints + 1.15
  }
  if (is.null(part("das28esr")) && !is.null(part("esr_mm_h"))) {
    joints <- 0.56 * sqrt(part("tjc28")) + 0.28 * sqrt(part("sjc28")) + 0.70 * log(pmax(part("esr_mm_h"), 1))
    clinical[[paste0("das28esr_v", visit)]] <- joints + 0.014 * part("global_mm")
    clinical[[paste0("das28esr3_v", visit)]] <- 1.08 * joints + 0.16
  }
}
has <- function(names) names[paste0(names, "_v1") %in% colnames(clinical)]
group <- clinical$group
groups <- sort(unique(group))
first <- !duplicated(clinical$person_id)
everybody <- rep(TRUE, nrow(clinical))
codes <- unique(totals$total)

at <- function(name, visit, round = 1) {
  if (!(name %in% codes)) return(as.numeric(clinical[[paste0(name, "_v", visit)]]))
  part <- totals[totals$total == name & totals$round == round & totals$visit_num == visit, ]
  part$strict[match(clinical$subject_id, part$subject_id)]
}
# rounded: 4.62 - 3.51 and 2.11 - 1.00 are one change, and have to be ties
change <- function(name, round = 1) round(at(name, 2, round) - at(name, 1, round), 9)

# SAS NPAR1WAY MEDIAN: scores of ranks, averaged over ties, normal approximation without continuity correction;
# of two samples the smaller one is summed, the first where both are as large
median_p <- function(values, group) {
  known <- !is.na(values); values <- values[known]; group <- group[known]
  n <- length(values); sizes <- table(group)
  if (length(sizes) < 2 || length(unique(values)) < 2) return(c(NA, NA))
  scores <- ave(as.numeric(rank(values, ties.method = "first") > (n + 1) / 2), values)
  if (length(sizes) > 2) {
    means <- tapply(scores, group, mean)
    q <- (n - 1) * sum(sizes * (means - mean(scores))^2) / sum((scores - mean(scores))^2)
    return(c(q, pchisq(q, length(sizes) - 1, lower.tail = FALSE)))
  }
  summed <- group == names(sizes)[which.min(sizes)]
  variance <- sum(summed) * sum(!summed) / (n * (n - 1)) * sum((scores - mean(scores))^2)
  z <- (sum(scores[summed]) - sum(summed) * mean(scores)) / sqrt(variance)
  c(z, 2 * pnorm(-abs(z)))
}
described <- function(v) {
  v <- v[!is.na(v)]
  if (!length(v)) return(c(0, rep(NA, 7)))
  q <- quantile(v, c(.25, .5, .75), type = 2, names = FALSE)
  c(length(v), q[2], min(v), max(v), q[1], q[3], mean(v), sd(v))
}
number_row <- function(values, rows = everybody) {
  v <- values[rows]; g <- group[rows]
  c(unlist(lapply(groups, function(one) described(v[g == one]))), described(v), median_p(v, g))
}
counts_row <- function(category, levels, rows = everybody) {
  counts <- table(factor(group[rows], groups), factor(category[rows], levels))
  kept <- counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
  p <- NA
  if (nrow(kept) > 1 && ncol(kept) > 1) {
    expected <- outer(rowSums(kept), colSums(kept)) / sum(kept)
    p <- if (min(expected) < 5) fisher.test(kept)$p.value else chisq.test(kept, correct = FALSE)$p.value
  }
  c(as.vector(t(counts)), colSums(counts), p)
}
rho <- function(a, b, rows = everybody) {
  a <- a[rows]; b <- b[rows]
  known <- !is.na(a) & !is.na(b); n <- sum(known)
  found <- suppressWarnings(cor.test(a, b, method = "spearman", exact = FALSE))
  r <- unname(found$estimate)
  # Bonett and Wright 2000
  reach <- qnorm(.975) * sqrt((1 + r^2 / 2) / (n - 3))
  c(n, r, tanh(atanh(r) - reach), tanh(atanh(r) + reach), found$p.value)
}

activity <- change("das28crp")
fit <- function(outcome, baseline, rows = everybody, covariate = "anti_ccp_titre") {
  data <- data.frame(y = change(outcome), moved = activity, g = factor(group), age = clinical$age,
    female = ifelse(clinical$sex == "F", 1, 0), duration = clinical$duration_years, ccp = clinical[[covariate]],
    base = at(baseline, 1), person = clinical$person_id)
  if (is.character(data$ccp)) data$ccp <- ifelse(data$ccp == "POS", 1, 0)
  data <- data[rows & complete.cases(data), ]
  model <- lm(y ~ moved + g + age + female + duration + ccp + base, data)
  x <- model.matrix(model); n <- nrow(x); k <- ncol(x)
  sums <- rowsum(x * residuals(model), data$person); clusters <- nrow(sums)
  bread <- solve(crossprod(x))
  covariance <- clusters / (clusters - 1) * (n - 1) / (n - k) * bread %*% crossprod(sums) %*% bread
  reach <- qt(.975, clusters - 1)
  line <- function(weights) {
    estimate <- sum(weights * coef(model)); error <- sqrt(drop(t(weights) %*% covariance %*% weights)); t <- estimate / error
    c(estimate, error, estimate - reach * error, estimate + reach * error, t, 2 * pt(-abs(t), clusters - 1))
  }
  # adjusted means: predict() at the mean of each other term, one group after the other
  others <- as.list(colMeans(data[, c("moved", "age", "female", "duration", "ccp", "base")]))
  means <- lapply(levels(data$g), function(one) {
    new <- data.frame(others, g = factor(one, levels(data$g)))
    weights <- drop(model.matrix(delete.response(terms(model)), new))
    stopifnot(abs(predict(model, new) - sum(weights * coef(model))) < 1e-9)
    weights
  })
  differences <- lapply(means[-1], function(weights) weights - means[[1]])
  list(n = c(n, clusters, summary(model)$r.squared), coefficients = c(sapply(seq_len(k), function(i) line(diag(k)[i, ]))),
    means = c(sapply(means, line)), differences = c(sapply(differences, line)))
}

found <- list()
put <- function(name, values) found[[name]] <<- values
for (name in c("age", "duration_years", "anti_ccp_titre")) put(paste("table_1", name, ""), number_row(clinical[[name]], first))
put("table_1 sex ", counts_row(clinical$sex, c("F", "M"), first))
put("table_1 methotrexate ", counts_row(clinical$methotrexate, c("YES", "NO"), first))
put("table_1 anti_ccp ", counts_row(clinical$anti_ccp, c("POS", "NEG"), first))
xray <- has(c("xray_erosion", "svdh_total"))
measured <- has(c("tjc28", "sjc28", "tjc68", "sjc66", "crp_mg_l", "esr_mm_h", "haq", "das28crp", "das28crp3", "das28esr", "das28esr3"))
for (name in c(measured, codes, xray)) {
  put(paste("table_2", name, "V1"), number_row(at(name, 1)))
  put(paste("table_2", name, "V2"), number_row(at(name, 2)))
  put(paste("table_2", name, "CHANGE"), number_row(change(name)))
}
for (name in c(codes, xray)) {
  put(paste("table_3", name, "CHANGE"), counts_row(sign(change(name)), c(-1, 0, 1)))
}
for (name in codes) {
  put(paste("table_4", name, ""), rho(activity, change(name)))
  for (one in groups) put(paste("table_4", name, one), rho(activity, change(name), group == one))
  d <- change(name, 2) - change(name)
  put(paste("sdc", name), 1.96 * sd(d[!is.na(d)]) / sqrt(2))
}
# EULAR response: fall against what is reached
before <- at("das28crp", 1); after <- at("das28crp", 2); fall <- round(before - after, 9)
response <- ifelse(fall > 1.2 & after <= 3.2, "GOOD", ifelse(fall > 1.2 | (fall > 0.6 & after <= 5.1), "MODERATE", "NONE"))
put("response", counts_row(response, c("GOOD", "MODERATE", "NONE")))
put("entry", c(sum(before >= 3.2, na.rm = TRUE), sum(before < 3.2, na.rm = TRUE), sum(is.na(before))))
models <- list(published = fit("MRII", "EROTOT"),
  "without-outliers" = fit("MRII", "EROTOT", clinical$person_id != outlier),
  "first-enrolments" = fit("MRII", "EROTOT", first), "xray-erosion" = fit("MRII", "xray_erosion"))
for (id in names(models)) for (part in names(models[[id]])) put(paste("model", id, part), models[[id]][[part]])
power <- function(n, r = 0.4, alpha = 0.05) {
  t <- qt(alpha / 2, n - 2, lower.tail = FALSE); rc <- sqrt(t^2 / (t^2 + n - 2))
  pnorm((atanh(r) + r / (2 * (n - 1)) - atanh(rc)) * sqrt(n - 3)) + pnorm((-atanh(r) - r / (2 * (n - 1)) - atanh(rc)) * sqrt(n - 3))
}
put("power", c(power(45), power(46)))
put("fisher", c(fisher.test(matrix(c(12, 20, 5, 2, 4, 3, 9, 6, 5), 3))$p.value, fisher.test(matrix(c(3, 1, 1, 3), 2))$p.value))

lines <- mapply(function(name, values) paste0("  \"", name, "\": ", paste0("[", paste(sapply(values, function(v)
  if (is.na(v)) "null" else format(v, digits = 17, trim = TRUE)), collapse = ", "), "]")), names(found), found)
cat("{\n", paste(lines, collapse = ",\n"), "\n}\n", sep = "")
