// How fast one step of the GEV fit can be on this machine: AutoNormal, one reparameterized draw, clip at 10, Adam
// 3e-3, float64, written by hand for this one model.
//
//   z = (u_mu[S], u_beta[S], log v_mu, log l_mu, log v_b, log l_b, mu0, beta0, log_sigma, xi), D = 2S + 8
//   K = v (1 + a) e^-a + 1e-6 I, a = sqrt(3) r / l;  f = chol(K) u, centred;
//   y ~ GEV(mu0 + mu_s + (beta0 + b_s) d_t, sigma, xi)
//
// Four ways to the same step; the fastest is the floor. SMALL and BLOCKED carry the tangent of the one lengthscale
// through the factorization and leave the jitter out of the variance's derivative (below 2e-5 of it); the
// *_REVERSE ones are exact reverse mode (Murray 2016).
//
//   gev_svi check            gradients against finite differences
//   gev_svi step S T SECONDS microseconds a step as one line of JSON
#include "vm_avx2.h"
#include "timing.h"
#include "gp_small.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

extern void openblas_set_num_threads(int);

#define RUP(n, m) (((n) + (m) - 1) / (m) * (m))
static double *dalloc(size_t n) {
  double *p = aligned_alloc(64, RUP(n * 8 + 64, 64)); memset(p, 0, RUP(n * 8 + 64, 64)); return p;
}

typedef struct {
  int S, T, n /*S padded to 4*/, Tp, D, P /*padded D*/;
  double *y /*S x Tp*/, *d /*Tp, zero padded*/, *tmask; double ymean;
  double *R[1];        // sqrt3 * distance, column-major n x n (lower used)
  double *L[2], *dL[2], *Eb[2], *W[2];
  double *f[2], *df[2], *g[2];
  double *z, *eps, *gz, *gp /*2P*/, *par /*2P: loc,rho*/, *am, *av, *sc, *sg;
  rng4 rng; long step;
} M;

static const double PM_LV[2] = {0.69314718055994531, -1.6094379124341003};
static const double PM_LL[2] = {0.69314718055994531, 1.0986122886681098};
#define LOG2PI 1.8378770664093454836

static M *mk(int S, int T, unsigned seed) {
  M *m = aligned_alloc(64, RUP(sizeof *m, 64)); memset(m, 0, sizeof *m);
  m->S = S; m->T = T; m->n = RUP(S, 4); m->Tp = RUP(T, 4); m->D = 2 * S + 8; m->P = RUP(m->D, 8);
  int n = m->n;
  m->y = dalloc(S * m->Tp); m->d = dalloc(m->Tp); m->tmask = dalloc(m->Tp);
  m->R[0] = dalloc((size_t)n * n);
  for (int k = 0; k < 2; k++) {
    m->L[k] = dalloc((size_t)n * n); m->dL[k] = dalloc((size_t)n * n);
    m->Eb[k] = dalloc((size_t)n * n); m->W[k] = dalloc((size_t)n * n + 4 * 128 * 128);
    m->f[k] = dalloc(n); m->df[k] = dalloc(n); m->g[k] = dalloc(n);
  }
  m->z = dalloc(m->P); m->eps = dalloc(m->P); m->gz = dalloc(m->P); m->gp = dalloc(2 * m->P);
  m->par = dalloc(2 * m->P); m->am = dalloc(2 * m->P); m->av = dalloc(2 * m->P);
  m->sc = dalloc(m->P); m->sg = dalloc(m->P);
  srand48(seed); rng_seed(&m->rng, seed);
  double *lon = dalloc(S), *lat = dalloc(S);
  for (int s = 0; s < S; s++) { lon[s] = -9.5 + 13 * drand48(); lat[s] = 36 + 7.8 * drand48(); }
  for (int j = 0; j < n; j++) for (int i = 0; i < n; i++)
    m->R[0][i + (size_t)j * n] = (i < S && j < S) ? sqrt(3.0) * hypot(lon[i] - lon[j], lat[i] - lat[j]) : 1e9;
  double dm = 0;
  for (int t = 0; t < T; t++) { m->d[t] = 0.1 + 0.8 * t / (T - 1.0) + 0.05 * (drand48() - .5); dm += m->d[t] / T; m->tmask[t] = 1; }
  for (int t = 0; t < T; t++) m->d[t] -= dm;
  for (int t = T; t < m->Tp; t++) m->d[t] = 0;
  // truth: smooth random fields
  double a[8]; for (int i = 0; i < 8; i++) a[i] = drand48() * 6.28;
  m->ymean = 0;
  for (int s = 0; s < S; s++) {
    double mu = 35 + 2 * sin(lon[s] * .5 + a[0]) * cos(lat[s] * .6 + a[1]) + sin(lat[s] * .9 + a[2]);
    double be = 1.5 + .4 * sin(lon[s] * .4 + a[3]);
    for (int t = 0; t < T; t++) {
      double u = drand48() * .999998 + 1e-6;
      double yy = mu + be * m->d[t] + 1.8 / .12 * (pow(-log(u), -.12) - 1);
      m->y[s * m->Tp + t] = yy; m->ymean += yy / ((double)S * T);
    }
  }
  for (int s = 0; s < S; s++) for (int t = T; t < m->Tp; t++) m->y[s * m->Tp + t] = m->ymean;
  // init: AutoNormal, scale 0.1, init_to_value for the four scalars, uniform(-2,2)-like for the others
  double rho0 = log(expm1(0.1));
  for (int i = 0; i < m->D; i++) { m->par[i] = (i < 2 * S) ? 4 * drand48() - 2 : 0.3; m->par[m->P + i] = rho0; }
  for (int i = m->D; i < m->P; i++) m->par[m->P + i] = rho0;
  double *q = m->par + 2 * S;
  q[4] = m->ymean; q[5] = 1.0; q[6] = log(2.0); q[7] = 0.1;
  free(lon); free(lat);
  return m;
}

// ------------------------------------------------------------------ likelihood
// loc_st = m_s + b_s d_t. Returns loglik; per-station gradients in gm, gb; scalars d/dlogsigma, d/dxi.
static double likelihood(const M *m, const double *ms, const double *bs, double lsig, double xi,
                    double *gm, double *gb, double *g_ls, double *g_xi) {
  const int S = m->S, Tp = m->Tp; const double N = (double)S * m->T;
  const double sig = exp(lsig), c = xi / sig, ix = 1 / xi;
  const int ragged = m->T != Tp;
  v4 aL = V(0), aw = V(0), aLw = V(0), ah = V(0);
  const v4 vc = V(c), nix = V(-ix), q0 = V(1 + ix);
  // two short loops per station (log, then exp) so that neither dependency chain is too long for the ROB
  for (int s = 0; s < S; s++) {
    const double *y = m->y + (size_t)s * Tp;
    const v4 A = V(1 - c * ms[s]), B = V(-c * bs[s]);
    v4 h0 = V(0), h1 = V(0); int bad = 0;
    for (int b = 0; b < Tp; b += 64) {
      double bL[64] __attribute__((aligned(32))), br[64] __attribute__((aligned(32)));
      const int e = Tp - b < 64 ? Tp - b : 64;
      for (int t = 0; t < e; t += 4) {
        v4 tt = FMA(_mm256_load_pd(y + b + t), vc, FMA(B, _mm256_load_pd(m->d + b + t), A));
        v4 ok = _mm256_cmp_pd(tt, V(0), _CMP_GT_OQ);
        if (ragged) ok = _mm256_and_pd(ok, _mm256_cmp_pd(_mm256_load_pd(m->tmask + b + t), V(0), _CMP_GT_OQ));
        bad |= _mm256_movemask_pd(ok) ^ 15;
        tt = _mm256_blendv_pd(V(1.0), tt, ok);
        v4 ri, L = vlog_recip(tt, &ri);
        _mm256_store_pd(bL + t, L); _mm256_store_pd(br + t, _mm256_and_pd(ok, ri)); // ri = 0 marks invalid
      }
      for (int t = 0; t < e; t += 4) {
        v4 L = _mm256_load_pd(bL + t), ri = _mm256_load_pd(br + t);
        v4 w = vexp(MUL(nix, L));
        if (__builtin_expect(bad, 0)) w = _mm256_and_pd(w, _mm256_cmp_pd(ri, V(0), _CMP_NEQ_OQ));
        v4 h = MUL(FMA(nix, w, q0), ri);
        aL = ADD(aL, L); aw = ADD(aw, w); aLw = FMA(L, w, aLw);
        h0 = ADD(h0, h); h1 = FMA(h, _mm256_load_pd(m->d + b + t), h1);
      }
    }
    ah = ADD(ah, h0);
    gm[s] = c * hsum(h0); gb[s] = c * hsum(h1);
  }
  double sL = hsum(aL), sw = hsum(aw), sLw = hsum(aLw), sh = hsum(ah), sq = N * (1 + ix) - ix * sw;
  *g_ls = sq - sh - N;
  *g_xi = (sL - sLw) * ix * ix - (sq - sh) * ix;
  return -N * lsig - (1 + ix) * sL - sw;
}
// ------------------------------------------------------------------ GP: tangent Cholesky
// One pass computes L, dL/dlog(l), f = L u, df = dL u.  Left-looking, 4-column panels, 4-row tiles.
// K and dK/dlog l tiles are evaluated on the fly.  Padding rows have r = 1e9 so K = I there.
typedef struct { double *L, *dL, *f, *df; const double *R, *u; double v, il; double D[4][4], dD[4][4], inv[4]; } gpctx;

static inline __attribute__((always_inline)) void tile(const gpctx *g, int n, int i, int j0, v4 *a, v4 *da) {
  // kernel tile first: its latency overlaps the previous tile's substitution
  v4 e[4];
  for (int c = 0; c < 4; c++) {
    v4 x = MUL(_mm256_load_pd(g->R + (size_t)(j0 + c) * n + i), V(g->il));
    v4 ex = MUL(V(g->v), vexp(SUB(V(0), x)));
    a[c] = FMA(x, ex, ex); da[c] = MUL(MUL(x, x), ex); e[c] = V(0);
  }
  const double *L = g->L + i, *dL = g->dL + i, *Lj = g->L + j0, *dLj = g->dL + j0;
  for (int k = 0; k < j0; k++, L += n, dL += n, Lj += n, dLj += n) {
    v4 l = _mm256_load_pd(L), dl = _mm256_load_pd(dL);
    for (int c = 0; c < 4; c++) {
      v4 b = _mm256_broadcast_sd(Lj + c), db = _mm256_broadcast_sd(dLj + c);
      a[c] = FNMA(l, b, a[c]); da[c] = FNMA(dl, b, da[c]); e[c] = FMA(l, db, e[c]);
    }
  }
  for (int c = 0; c < 4; c++) da[c] = SUB(da[c], e[c]);
}
static inline __attribute__((always_inline)) void diag(gpctx *g, int n, int j0) {
  v4 a[4], da[4]; double A[4][4], dA[4][4];
  tile(g, n, j0, j0, a, da);
  for (int c = 0; c < 4; c++) { _mm256_storeu_pd(A[c], a[c]); _mm256_storeu_pd(dA[c], da[c]); A[c][c] += 1e-6; }
  for (int c = 0; c < 4; c++) {           // column c
    double s = A[c][c], ds = dA[c][c];
    for (int b = 0; b < c; b++) { s -= g->D[c][b] * g->D[c][b]; ds -= 2 * g->D[c][b] * g->dD[c][b]; }
    double r = sqrt(s), iv = 1 / r, dr = .5 * ds * iv;
    g->D[c][c] = r; g->dD[c][c] = dr; g->inv[c] = iv;
    for (int i = c + 1; i < 4; i++) {
      double x = A[c][i], dx = dA[c][i];
      for (int b = 0; b < c; b++) {
        x -= g->D[i][b] * g->D[c][b];
        dx -= g->dD[i][b] * g->D[c][b] + g->D[i][b] * g->dD[c][b];
      }
      x *= iv; dx = (dx - x * dr) * iv; g->D[i][c] = x; g->dD[i][c] = dx;
    }
  }
  for (int c = 0; c < 4; c++) for (int i = 0; i < 4; i++) {
    size_t o = (size_t)(j0 + c) * n + j0 + i;
    g->L[o] = i >= c ? g->D[i][c] : 0; g->dL[o] = i >= c ? g->dD[i][c] : 0;
  }
}
static inline __attribute__((always_inline)) void below(gpctx *g, int n, int i, int j0) {
  v4 a[4], da[4]; tile(g, n, i, j0, a, da);
  v4 f = _mm256_load_pd(g->f + i), df = _mm256_load_pd(g->df + i);
  for (int c = 0; c < 4; c++) {
    for (int b = 0; b < c; b++) {
      a[c] = FNMA(a[b], V(g->D[c][b]), a[c]);
      da[c] = FNMA(da[b], V(g->D[c][b]), FNMA(a[b], V(g->dD[c][b]), da[c]));
    }
    v4 iv = V(g->inv[c]);
    a[c] = MUL(a[c], iv);
    da[c] = MUL(FNMA(a[c], V(g->dD[c][c]), da[c]), iv);
    size_t o = (size_t)(j0 + c) * n + i;
    _mm256_store_pd(g->L + o, a[c]); _mm256_store_pd(g->dL + o, da[c]);
    v4 u = _mm256_broadcast_sd(g->u + j0 + c);
    f = FMA(a[c], u, f); df = FMA(da[c], u, df);
  }
  _mm256_store_pd(g->f + i, f); _mm256_store_pd(g->df + i, df);
}
// the same for the two GPs at once, so that the two substitution chains overlap
static inline __attribute__((always_inline)) void below2(gpctx *g, int n, int i, int j0) {
  v4 a[2][4], da[2][4]; tile(g, n, i, j0, a[0], da[0]); tile(g + 1, n, i, j0, a[1], da[1]);
  v4 f[2], df[2];
  for (int q = 0; q < 2; q++) { f[q] = _mm256_load_pd(g[q].f + i); df[q] = _mm256_load_pd(g[q].df + i); }
#pragma GCC unroll 4
  for (int c = 0; c < 4; c++) {
#pragma GCC unroll 2
    for (int q = 0; q < 2; q++) {
#pragma GCC unroll 3
      for (int b = 0; b < c; b++) {
        a[q][c] = FNMA(a[q][b], V(g[q].D[c][b]), a[q][c]);
        da[q][c] = FNMA(da[q][b], V(g[q].D[c][b]), FNMA(a[q][b], V(g[q].dD[c][b]), da[q][c]));
      }
      v4 iv = V(g[q].inv[c]);
      a[q][c] = MUL(a[q][c], iv);
      da[q][c] = MUL(FNMA(a[q][c], V(g[q].dD[c][c]), da[q][c]), iv);
      size_t o = (size_t)(j0 + c) * n + i;
      _mm256_store_pd(g[q].L + o, a[q][c]); _mm256_store_pd(g[q].dL + o, da[q][c]);
      v4 u = _mm256_broadcast_sd(g[q].u + j0 + c);
      f[q] = FMA(a[q][c], u, f[q]); df[q] = FMA(da[q][c], u, df[q]);
    }
  }
  for (int q = 0; q < 2; q++) { _mm256_store_pd(g[q].f + i, f[q]); _mm256_store_pd(g[q].df + i, df[q]); }
}
static inline __attribute__((always_inline)) void gp_forward_small_(M *m, const double *u0, const double *u1, const double *h /*lv,ll x2*/, const int n) {
  gpctx g[2];
  for (int k = 0; k < 2; k++) {
    g[k].L = m->L[k]; g[k].dL = m->dL[k]; g[k].f = m->f[k]; g[k].df = m->df[k]; g[k].R = m->R[0];
    g[k].u = k ? u1 : u0; g[k].v = exp(h[2 * k]); g[k].il = exp(-h[2 * k + 1]);
    memset(g[k].f, 0, n * 8); memset(g[k].df, 0, n * 8);
  }
  for (int j = 0; j < n; j += 4) {
    diag(&g[0], n, j); diag(&g[1], n, j);
    for (int k = 0; k < 2; k++) { // the diagonal block's contribution to f
      for (int c = 0; c < 4; c++) for (int i = c; i < 4; i++) {
        m->f[k][j + i] += g[k].D[i][c] * g[k].u[j + c]; m->df[k][j + i] += g[k].dD[i][c] * g[k].u[j + c];
      }
    }
    for (int i = j + 4; i < n; i += 4) below2(g, n, i, j);
  }
}
static void gp_forward_small(M *m, const double *u0, const double *u1, const double *h) {
  if (m->n == 40) gp_forward_small_(m, u0, u1, h, 40); else gp_forward_small_(m, u0, u1, h, m->n);
}
// ------------------------------------------------------------------ GP, large S: OpenBLAS
// unblocked reverse of the Cholesky of a b x b block (Murray 2016), lower, column-major, in place on Lb (lower)
static void chol_rev_unb(const double *L, double *Lb, int b, int ld) {
  for (int k = b - 1; k >= 0; k--) {
    double iv = 1 / L[k + (size_t)k * ld]; double s = Lb[k + (size_t)k * ld];
    _Pragma("omp simd reduction(+:s)") for (int i = k + 1; i < b; i++) s -= Lb[i + (size_t)k * ld] * L[i + (size_t)k * ld] * iv;
    // column scale
    for (int i = k + 1; i < b; i++) Lb[i + (size_t)k * ld] *= iv;
    s *= iv; Lb[k + (size_t)k * ld] = s;
    // row k, cols < k
    for (int j = 0; j < k; j++) {
      double t = s * L[k + (size_t)j * ld];
      _Pragma("omp simd reduction(+:t)") for (int i = k + 1; i < b; i++) t += Lb[i + (size_t)k * ld] * L[i + (size_t)j * ld];
      Lb[k + (size_t)j * ld] -= t;
      double lk = L[k + (size_t)j * ld];
      for (int i = k + 1; i < b; i++) Lb[i + (size_t)j * ld] -= Lb[i + (size_t)k * ld] * lk;
    }
    Lb[k + (size_t)k * ld] *= .5;
  }
}
// blocked reverse-mode Cholesky (2n^3/3 flops): L lower col-major, Lb in: dF/dL (lower), out: dF/dK (lower triangle
// such that dF = sum_{i>=j} Kb_ij dK_ij with off-diagonals counted once for the pair)
static void chol_rev_blk(const double *L, double *Lb, int n, int nb, double *tmp) {
  for (int k = n; k > 0; k -= nb) {
    int j = k > nb ? k - nb : 0, b = k - j, r = n - k;
    const double *D = L + j + (size_t)j * n; double *Db = Lb + j + (size_t)j * n;
    const double *C = L + k + (size_t)j * n; double *Cb = Lb + k + (size_t)j * n;
    if (r > 0) {
      cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, r, b, 1, D, n, Cb, n);
      if (j > 0) {
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, r, j, b, -1, Cb, n, L + j, n, 1, Lb + k, n);
        cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, b, j, r, -1, Cb, n, L + k, n, 1, Lb + j, n);
      }
      cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, b, b, r, -1, Cb, n, C, n, 0, tmp, b);
      for (int q = 0; q < b; q++) for (int p = q; p < b; p++) Db[p + (size_t)q * n] += tmp[p + q * b];
    }
    if (b % 4 == 0) { // diagonal block: contiguous copies, the small AVX2 kernel
      double *A = tmp + RUP(b * b, 8), *B = A + RUP(b * b, 8);
      for (int q = 0; q < b; q++) for (int p = 0; p < b; p++) { A[p + q * b] = p >= q ? D[p + (size_t)q * n] : 0; B[p + q * b] = p >= q ? Db[p + (size_t)q * n] : 0; }
      chol_rev_small(A, B, b);
      for (int q = 0; q < b; q++) for (int p = q; p < b; p++) Db[p + (size_t)q * n] = B[p + q * b];
    } else chol_rev_unb(D, Db, b, n);
    if (j > 0) {
      for (int q = 0; q < b; q++) for (int p = q; p < b; p++) {
        double x = Db[p + (size_t)q * n]; tmp[p + q * b] = p == q ? 2 * x : x; tmp[q + p * b] = p == q ? 2 * x : x;
      }
      cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, b, j, b, -1, tmp, b, L + j, n, 1, Lb + j, n);
    }
  }
}
// blocked tangent Cholesky (OpenBLAS): K,dK lower in L,dL; right-looking. n^3 flops in total.
static void chol_tan_blk(double *L, double *dL, int n, int nb, double *t1, double *t2) {
  for (int j = 0; j < n; j += nb) {
    int b = n - j < nb ? n - j : nb, k = j + b, r = n - k;
    double *D = L + j + (size_t)j * n, *dD = dL + j + (size_t)j * n, *C = L + k + (size_t)j * n, *dC = dL + k + (size_t)j * n;
    // unblocked tangent on the diagonal block
    for (int c = 0; c < b; c++) {
      double *Dc = D + (size_t)c * n, *dDc = dD + (size_t)c * n;
      double r0 = sqrt(Dc[c]), iv = 1 / r0, dr = .5 * dDc[c] * iv; Dc[c] = r0; dDc[c] = dr;
      for (int i = c + 1; i < b; i++) { Dc[i] *= iv; dDc[i] = (dDc[i] - Dc[i] * dr) * iv; }
      for (int q = c + 1; q < b; q++) {
        double x = Dc[q], dx = dDc[q]; double *Dq = D + (size_t)q * n, *dDq = dD + (size_t)q * n;
        for (int i = q; i < b; i++) { Dq[i] -= Dc[i] * x; dDq[i] -= dDc[i] * x + Dc[i] * dx; }
      }
    }
    if (r <= 0) break;
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, r, b, 1, D, n, C, n);
    // dC = (dC - C dD^T) D^-T
    for (int q = 0; q < b; q++) for (int p = 0; p < b; p++) t1[p + q * b] = p >= q ? dD[p + (size_t)q * n] : 0;
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, r, b, b, -1, C, n, t1, b, 1, dC, n);
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, r, b, 1, D, n, dC, n);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, r, b, -1, C, n, 1, L + k + (size_t)k * n, n);
    cblas_dsyr2k(CblasColMajor, CblasLower, CblasNoTrans, r, b, -1, C, n, dC, n, 1, dL + k + (size_t)k * n, n);
  }
  (void)t2;
}

enum { SMALL, SMALL_REVERSE, BLOCKED, BLOCKED_REVERSE, VARIANTS };
static int NB = 48;
// log joint (unconstrained) and its gradient wrt z.  Constants of the priors are kept (they are part of the ELBO value).
static double logjoint(M *m, int mode, double *g) {
  const int S = m->S, n = m->n; const double *z = m->z, *q = z + 2 * S;
  static double *u[2] = {0, 0}; static int un = 0; static double *ms, *bs, *fb[2], *ub;
  if (un < n) { for (int k = 0; k < 2; k++) { u[k] = dalloc(n); fb[k] = dalloc(n); } ms = dalloc(n); bs = dalloc(n); ub = dalloc(n); un = n; }
  for (int k = 0; k < 2; k++) { memcpy(u[k], z + k * S, S * 8); for (int i = S; i < n; i++) u[k][i] = 0; }
  double v[2], il[2];
  if (mode == SMALL) gp_forward_small(m, u[0], u[1], q);
  else for (int k = 0; k < 2; k++) {
    v[k] = exp(q[2 * k]); il[k] = exp(-q[2 * k + 1]);
    if (mode == BLOCKED) {
      matern_lower(m->R[0], n, S, v[k], il[k], m->L[k], m->dL[k]);
      chol_tan_blk(m->L[k], m->dL[k], n, NB, m->W[0], m->W[1]);
      for (int j = 0; j < n; j++) for (int i = j & ~3; i < j; i++) m->L[k][i + (size_t)j * n] = 0;
      memcpy(m->f[k], u[k], n * 8); cblas_dtrmv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, m->L[k], n, m->f[k], 1);
      memcpy(m->df[k], u[k], n * 8); cblas_dtrmv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, m->dL[k], n, m->df[k], 1);
    } else if (mode == SMALL_REVERSE) {
      matern_lower(m->R[0], n, S, v[k], il[k], m->L[k], m->Eb[k]); chol_small(m->L[k], n); l_mul(m->L[k], u[k], m->f[k], n);
    } else {
      matern_lower(m->R[0], n, S, v[k], il[k], m->L[k], m->Eb[k]);
      int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, m->L[k], n); if (info) { fprintf(stderr, "potrf %d\n", info); exit(1); }
      memcpy(m->f[k], u[k], n * 8); cblas_dtrmv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, m->L[k], n, m->f[k], 1);
    }
  }
  double mm = 0, mb = 0;
  for (int s = 0; s < S; s++) { mm += m->f[0][s]; mb += m->f[1][s]; }
  mm /= S; mb /= S;
  for (int s = 0; s < S; s++) { ms[s] = q[4] + m->f[0][s] - mm; bs[s] = q[5] + m->f[1][s] - mb; }
  double gls, gxi;
  double lp = likelihood(m, ms, bs, q[6], q[7], fb[0], fb[1], &gls, &gxi);
  double sm[2] = {0, 0};
  for (int k = 0; k < 2; k++) {
    for (int s = 0; s < S; s++) sm[k] += fb[k][s];
    for (int s = 0; s < S; s++) fb[k][s] -= sm[k] / S;
    for (int s = S; s < n; s++) fb[k][s] = 0;
  }
  double *h = g + 2 * S, uu = 0;
  for (int k = 0; k < 2; k++) {
    double au = 0, gl = 0, gv;
    if (mode == SMALL || mode == BLOCKED) {
      lt_mul(m->L[k], fb[k], ub, n);
      for (int i = 0; i < n; i++) { au += ub[i] * u[k][i]; gl += fb[k][i] * m->df[k][i]; }
      gv = .5 * au;  // K - 1e-6 I is proportional to v
    } else if (mode == SMALL_REVERSE) {
      lt_mul(m->L[k], fb[k], ub, n); outer_l(fb[k], u[k], m->dL[k], n); chol_rev_small(m->L[k], m->dL[k], n);
      gl = ldot(m->dL[k], m->Eb[k], n); double tr = 0;
      for (int i = 0; i < n; i++) au += ub[i] * u[k][i];
      for (int i = 0; i < S; i++) tr += m->dL[k][i + (size_t)i * n];
      gv = .5 * au - 1e-6 * tr;
    } else {
      memcpy(ub, fb[k], n * 8); cblas_dtrmv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, n, m->L[k], n, ub, 1);
      double *Lb = m->dL[k];
      for (int j = 0; j < n; j++) for (int i = j; i < n; i++) Lb[i + (size_t)j * n] = fb[k][i] * u[k][j];
      chol_rev_blk(m->L[k], Lb, n, NB, m->W[0]);
      gl = ldot(Lb, m->Eb[k], n);
      for (int i = 0; i < n; i++) au += ub[i] * u[k][i];
      double tr = 0;
      for (int i = 0; i < S; i++) tr += Lb[i + (size_t)i * n];
      gv = .5 * au - 1e-6 * tr;
    }
    for (int i = 0; i < S; i++) { g[k * S + i] = ub[i] - u[k][i]; uu += u[k][i] * u[k][i]; }
    double a = (q[2 * k] - PM_LV[k]) / .25, b = (q[2 * k + 1] - PM_LL[k]) / .25;
    h[2 * k] = gv - a; h[2 * k + 1] = gl - b;
    lp -= .125 * (a * a + b * b);
  }
  h[4] = sm[0] - (q[4] - m->ymean) / 25; h[5] = sm[1] - (q[5] - 1) / .25;
  h[6] = gls - (q[6] - 0.69314718055994531) / .16; h[7] = gxi - (q[7] - .1) / .01;
  lp -= .5 * uu + .5 * ((q[4] - m->ymean) * (q[4] - m->ymean) / 25 + (q[5] - 1) * (q[5] - 1) / .25 +
        (q[6] - 0.69314718055994531) * (q[6] - 0.69314718055994531) / .16 + (q[7] - .1) * (q[7] - .1) / .01);
  // normalising constants: 4 x log .5, log 5, log .5, log .4, log .1
  lp -= .5 * LOG2PI * m->D + 4 * log(.5) + log(5.) + log(.5) + log(.4) + log(.1);
  return lp;
}

static double guide_fwd(M *m) { // sc, sg, z from par, eps; returns sum log scale + .5 eps^2 + D/2 log 2pi = -log q
  v4 ls = V(0), ee = V(0); const int P = m->P;
  for (int i = 0; i < P; i += 4) {
    v4 rho = _mm256_load_pd(m->par + P + i);
    // softplus = max(rho,0) + log1p(exp(-|rho|)) ; 1+e in [1,2] so the log is accurate to 1e-16 absolute
    v4 e = vexp(_mm256_or_pd(rho, V(-0.0))); v4 ri; v4 l = vlog_recip(ADD(V(1), e), &ri);
    // scales ~1e-2: log(1+e) loses relative accuracy; correct with e - ((1+e)-1)
    v4 one = ADD(V(1), e); l = FMA(SUB(e, SUB(one, V(1))), ri, l);
    v4 sc = ADD(_mm256_max_pd(rho, V(0)), l);
    v4 pos = _mm256_cmp_pd(rho, V(0), _CMP_GT_OQ);
    v4 sg = _mm256_blendv_pd(MUL(e, ri), ri, pos);
    v4 ep = _mm256_load_pd(m->eps + i);
    _mm256_store_pd(m->sc + i, sc); _mm256_store_pd(m->sg + i, sg);
    _mm256_store_pd(m->z + i, FMA(sc, ep, _mm256_load_pd(m->par + i)));
    ee = FMA(ep, ep, ee); ls = ADD(ls, vlog(sc));
  }
  double r = hsum(ls) + .5 * hsum(ee);
  for (int i = m->D; i < P; i++) r -= log(m->sc[i]) + .5 * m->eps[i] * m->eps[i];
  return r + .5 * LOG2PI * m->D;
}
static void guide_bwd(M *m) { // gradient of -ELBO wrt (loc, rho)
  const int P = m->P;
  for (int i = m->D; i < P; i++) m->gz[i] = 0;
  for (int i = 0; i < P; i += 4) {
    v4 g = _mm256_load_pd(m->gz + i), sc = _mm256_load_pd(m->sc + i);
    v4 gs = FMA(g, _mm256_load_pd(m->eps + i), _mm256_div_pd(V(1), sc));
    _mm256_store_pd(m->gp + i, SUB(V(0), g));
    _mm256_store_pd(m->gp + P + i, SUB(V(0), MUL(gs, _mm256_load_pd(m->sg + i))));
  }
  for (int i = m->D; i < P; i++) m->gp[P + i] = 0;
}
static void adam(M *m) {
  const int P2 = 2 * m->P; v4 nn = V(0);
  for (int i = 0; i < P2; i += 4) { // zero_nans then global norm
    v4 g = _mm256_load_pd(m->gp + i); g = _mm256_and_pd(g, _mm256_cmp_pd(g, g, _CMP_ORD_Q));
    _mm256_store_pd(m->gp + i, g); nn = FMA(g, g, nn);
  }
  double nrm = sqrt(hsum(nn)), cl = nrm < 10 ? 1 : 10 / nrm;
  m->step++;
  static double p1, p2; static long st; if (st != m->step - 1) { p1 = pow(.9, m->step - 1); p2 = pow(.999, m->step - 1); }
  p1 *= .9; p2 *= .999; st = m->step;
  double a = 3e-3 / (1 - p1), b = 1 / sqrt(1 - p2);
  for (int i = 0; i < P2; i += 4) {
    v4 g = MUL(_mm256_load_pd(m->gp + i), V(cl));
    v4 mm = FMA(V(.1), SUB(g, _mm256_load_pd(m->am + i)), _mm256_load_pd(m->am + i));
    v4 vv = FMA(V(.001), SUB(MUL(g, g), _mm256_load_pd(m->av + i)), _mm256_load_pd(m->av + i));
    _mm256_store_pd(m->am + i, mm); _mm256_store_pd(m->av + i, vv);
    v4 den = FMA(_mm256_sqrt_pd(vv), V(b), V(1e-8));
    _mm256_store_pd(m->par + i, FNMA(V(a), _mm256_div_pd(mm, den), _mm256_load_pd(m->par + i)));
  }
}
static double svi_step(M *m, int mode) {
  rng_normal(&m->rng, m->eps, m->P);
  double nq = guide_fwd(m);
  double lp = logjoint(m, mode, m->gz);
  guide_bwd(m); adam(m);
  return -(lp + nq);
}
static double neg_elbo(M *m, int mode) { double nq = guide_fwd(m); return -(logjoint(m, mode, m->gz) + nq); }

static const char *names[] = {"small tangent", "small reverse", "blocked tangent", "blocked reverse"};
// 1 if a gradient is wrong: differences of fourth order are good to about 1e-5 here.
static int check(int S, int T) {
  int bad = 0;
  M *m = mk(S, T, 7); rng_normal(&m->rng, m->eps, m->P);
  m->eps[2 * S + 7] *= .3;
  for (int mode = 0; mode < VARIANTS; mode++) {
    double l0 = neg_elbo(m, mode); guide_bwd(m);
    double *g = dalloc(2 * m->P); memcpy(g, m->gp, 16 * m->P);
    double worst = 0; int wi = -1;
    for (int b = 0; b < 2; b++) for (int i = 0; i < m->D; i++) {
      int p = b * m->P + i; double x = m->par[p], e = 1e-4;
      double f1, f2, f3, f4; // 4th-order central difference
      m->par[p] = x + e; f1 = neg_elbo(m, mode); m->par[p] = x - e; f2 = neg_elbo(m, mode);
      m->par[p] = x + 2 * e; f3 = neg_elbo(m, mode); m->par[p] = x - 2 * e; f4 = neg_elbo(m, mode);
      m->par[p] = x;
      double fd = (8 * (f1 - f2) - (f3 - f4)) / (12 * e), er = fabs(fd - g[p]) / (1e-2 + fabs(fd));
      if (er > worst) { worst = er; wi = p; }
    }
    printf("S=%d T=%d %-46s -ELBO %.10f  worst rel FD error %.2e (param %d, g=%.8g)\n", S, T, names[mode], l0, worst, wi, g[wi < 0 ? 0 : wi]);
    bad |= !(worst < 1e-4);
    free(g);
  }
  return bad;
}
// The fastest variant and block size; each gets an equal share of the time.
static void step(int S, int T, double seconds) {
  const int blocks[] = {16, 32, 48, 64, 96, 128}, count = sizeof blocks / sizeof *blocks;
  M *m = mk(S, T, 7);
  stat3 best = {1e99, 1e99, 1e99}, found;
  const char *name = "";
  int block = 0;
  for (int mode = 0; mode < VARIANTS; mode++) {
    const int small = mode <= SMALL_REVERSE;
    if (small && S > 600) continue;
    for (int b = 0; b < (small ? 1 : count); b++) {
      NB = small ? 32 : blocks[b];
      if (!small && NB > S) continue;
      TIME_US(found, seconds / (small ? 4 : 4 * count), svi_step(m, mode));
      if (found.min < best.min) { best = found; name = names[mode]; block = small ? 0 : NB; }
    }
  }
  printf("{\"variant\": \"%s\", \"block\": %d, \"minimum\": %.3f, \"median\": %.3f}\n", name, block, best.min, best.med);
}
int main(int c, char **v) {
  openblas_set_num_threads(1);
  if (c == 2 && !strcmp(v[1], "check")) { int bad = check(40, 40) | check(41, 38); NB = 16; return bad | check(70, 10); }
  if (c == 5 && !strcmp(v[1], "step")) { step(atoi(v[2]), atoi(v[3]), atof(v[4])); return 0; }
  fprintf(stderr, "usage: gev_svi check | gev_svi step S T SECONDS\n");
  return 2;
}
