# Figures of tables with missing cells, ties, a constant column, one row and two grades: base R alone, formulas written out.
# Fleiss and Conger as Gwet 2014 has them, alpha as Krippendorff 2011, concordance as Lin 1989 and 2000, the rest lm, aov,
# t.test and the REML likelihood itself. Rscript several.R > several.csv (R 4)
tables <- list()
set.seed(20261)
g <- function(n,k,hi,err=1){ t<-sample(0:hi,n,TRUE); sapply(1:k,function(j) pmin(hi,pmax(0,t+sample((-err):err,n,TRUE)))) }
tables$complete <- g(14,3,3)
m <- g(17,4,5); m[sample(length(m),14)] <- NA; m[1,2:4] <- NA; m[1,1]<-2; tables$missing <- m
c1 <- g(11,2,3); c1[,2] <- 2; tables$constant <- c1
tables$one <- matrix(c(1,2,3),1)
tables$twocat <- matrix(sample(0:1,30,TRUE,c(.7,.3)),10)
tables$pair <- g(19,2,9,3)
tables$halves <- g(13,2,6,2)/2
b <- g(15,5,3); b[sample(length(b),25)] <- NA; tables$sparse <- b[rowSums(!is.na(b))>0,]
tables$big <- matrix(round(rnorm(60,30,9))+rep(c(0,2,-1),each=20),20)
out <- function(t,name,v) if (is.finite(v)) cat(t,",",name,",",sprintf("%.17g",v),"\n",sep="")
W <- function(x,type){ d<-abs(outer(x,x,"-")); if(type=="unweighted") diag(length(x)) else if(type=="linear") 1-d/max(d) else 1-d^2/max(d)^2 }
cnt <- function(m,x) t(apply(m,1,function(r) sapply(x,function(v) sum(r==v,na.rm=TRUE))))
for(t in names(tables)){ m <- tables[[t]]; for(r in seq_len(nrow(m))) cat(paste0(t,",row,",paste(ifelse(is.na(m[r,]),"",m[r,]),collapse=";")),"\n",sep="")
 x <- sort(unique(as.vector(m[!is.na(m)])));  n<-nrow(m); k<-ncol(m)
 if(n>1 && length(x)>1) for(type in c("unweighted","linear","quadratic")){
  w<-W(x,type); A<-cnt(m,x); if(n==1) A<-matrix(A,1); ri<-rowSums(A); Aw<-t(w%*%t(A)); sq<-rowSums(A*(Aw-1)); two<-ri>=2; n2<-sum(two)
  pa<-sum(sq[two]/(ri*(ri-1))[two])/n2
  p<-colMeans(A/ri); pe<-sum(w*(p%*%t(p))); f<-(pa-pe)/(1-pe)
  den<-ri*(ri-1); den<-den-(den==0); pai<-sq/den
  ki<-(n/n2)*(pai-pe*two)/(1-pe); pei<-as.vector(A%*%(w%*%p))/ri
  kx<-ki-2*(1-f)*(pei-pe)/(1-pe); se<-sqrt(sum((kx-f)^2)/(n*(n-1)))
  out(t,paste0("fleiss.",type),f); out(t,paste0("fleiss.",type,".low"),f-qt(.975,n-1)*se)
  # Conger, estimate: mean chance of all pairs of readings
  P<-sapply(1:k,function(j) sapply(x,function(v) sum(m[,j]==v,na.rm=TRUE)/sum(!is.na(m[,j]))))
  pc<-0; for(i in 1:k) for(j in 1:k) if(i!=j) pc<-pc+sum(w*(P[,i]%*%t(P[,j]))); pc<-pc/(k*(k-1))
  out(t,paste0("conger.",type),(pa-pc)/(1-pc))
 }
 # Krippendorff
 u<-rowSums(!is.na(m))>=2
 if(sum(u)>0 && length(unique(as.vector(m[u,][!is.na(m[u,])])))>1){ mm<-m[u,,drop=FALSE]; x<-sort(unique(as.vector(mm[!is.na(mm)])))
  o<-matrix(0,length(x),length(x)); for(i in 1:nrow(mm)){ r<-mm[i,][!is.na(mm[i,])]; for(a in seq_along(r)) for(b2 in seq_along(r)) if(a!=b2) o[match(r[a],x),match(r[b2],x)]<-o[match(r[a],x),match(r[b2],x)]+1/(length(r)-1)}
  nc<-rowSums(o); N<-sum(nc); E<-outer(nc,nc); diag(E)<-nc*(nc-1); E<-E/(N-1)
  di<-outer(x,x,"-")^2; dn<-1-diag(length(x)); dord<-outer(seq_along(x),seq_along(x),Vectorize(function(a,b3){ s<-min(a,b3):max(a,b3); (sum(nc[s])-(nc[a]+nc[b3])/2)^2})); diag(dord)<-0
  for(z in list(list("nominal",dn),list("ordinal",dord),list("interval",di))) out(t,paste0("alpha.",z[[1]]),1-sum(o*z[[2]])/sum(E*z[[2]]))
 }
 for(a in seq_len(k-1)) for(b4 in (a+1):k){ ok<-!is.na(m[,a])&!is.na(m[,b4]); X<-m[ok,a]; Y<-m[ok,b4]; nn<-length(X); q<-paste0("pair",a,"-",b4)
  if(nn>2 && sd(X)>0 && sd(Y)>0){ sx<-var(X)*(nn-1)/nn; sy<-var(Y)*(nn-1)/nn; sxy<-cov(X,Y)*(nn-1)/nn; r<-cor(X,Y); pc<-2*sxy/(sx+sy+(mean(X)-mean(Y))^2); uu<-(mean(Y)-mean(X))/sqrt(sqrt(sx)*sqrt(sy))
   out(t,paste0(q,".ccc"),pc)
   if(r!=0){ sep<-sqrt(((1-r^2)*pc^2*(1-pc^2)/r^2+2*pc^3*(1-pc)*uu^2/r-.5*pc^4*uu^4/r^2)/(nn-2)); st<-sep/(1-pc^2); out(t,paste0(q,".ccc.low"),tanh(atanh(pc)-qnorm(.975)*st)); out(t,paste0(q,".ccc.high"),tanh(atanh(pc)+qnorm(.975)*st)) } }
  if(nn>2 && sd(Y-X)>0){ tt<-t.test(Y,X,paired=TRUE); out(t,paste0(q,".t"),tt$statistic); out(t,paste0(q,".p"),tt$p.value)
   if(nn>3 && sd(X+Y)>0){ d<-Y-X; mu<-(X+Y)/2; l<-lm(d~mu); cf<-summary(l)$coefficients; out(t,paste0(q,".slope"),cf[2,1]); out(t,paste0(q,".slope.se"),cf[2,2]); out(t,paste0(q,".intercept"),cf[1,1]); l2<-lm(abs(resid(l))~mu); out(t,paste0(q,".spread.slope"),coef(l2)[2]); out(t,paste0(q,".spread.intercept"),coef(l2)[1]) } }
 }
 # ICC on complete rows by aov
 cm<-m[rowSums(is.na(m))==0,,drop=FALSE]; nn<-nrow(cm)
 if(nn>1 && sd(as.vector(cm))>0){ d<-data.frame(y=as.vector(cm),s=factor(rep(1:nn,k)),r=factor(rep(1:k,each=nn))); a<-anova(lm(y~s+r,d))[["Mean Sq"]]; msb<-a[1]; msc<-a[2]; mse<-a[3]; msw<-anova(lm(y~s,d))[["Mean Sq"]][2]
  out(t,"icc11",(msb-msw)/(msb+(k-1)*msw)); out(t,"icc21",(msb-mse)/(msb+(k-1)*mse+k*(msc-mse)/nn)); out(t,"icc31",(msb-mse)/(msb+(k-1)*mse)); out(t,"icc1k",(msb-msw)/msb); out(t,"icc2k",(msb-mse)/(msb+(msc-mse)/nn)); out(t,"icc3k",(msb-mse)/msb) }
 # REML directly, all cells
 i<-which(!is.na(m),arr.ind=TRUE); y<-m[!is.na(m)]
 if(n>2 && length(unique(y))>1 && k>1){ Zs<-outer(i[,1],1:n,"==")*1; Zr<-outer(i[,2],1:k,"==")*1; ns<-length(y)
  nll<-function(th){ v<-exp(th); V<-v[1]*Zs%*%t(Zs)+v[2]*Zr%*%t(Zr)+v[3]*diag(ns); R<-chol(V); one<-rep(1,ns); Vi1<-backsolve(R,forwardsolve(t(R),one)); Viy<-backsolve(R,forwardsolve(t(R),y)); xx<-sum(one*Vi1); bb<-sum(one*Viy)/xx; sum(log(diag(R)))+.5*log(xx)+.5*sum((y-bb)*(Viy-bb*Vi1)) }
  best<-NULL; for(s in list(c(0,0,0),c(1,-1,0),c(1,-4,-1),c(-3,-3,0))){ o2<-tryCatch(optim(s,nll,method="BFGS",control=list(reltol=1e-15,maxit=5000)),error=function(e)NULL); if(!is.null(o2)&&(is.null(best)||o2$value<best$value)) best<-o2 }
  if(!is.null(best)){ v<-exp(best$par); out(t,"reml.scan",v[1]); out(t,"reml.reading",v[2]); out(t,"reml.error",v[3]) } }
}
