"""Functions of scipy.special: every method against SciPy's own values and against a hundred digits."""

import numpy as np
import pytest
import scipy.special as sc

import derivlab as dl

X = np.array([0.3, 0.7, 1.9])
U = X / 2.5  # between 0 and 1

EVERYWHERE = """erf erfc erfcx erfi dawsn gamma gammaln rgamma digamma expit log_expit entr ndtr log_ndtr j0 j1 y0 y1 i0 i1
i0e i1e k0 k1 k0e k1e exp1 expi expm1 log1p cosm1 exp10 exp2 cbrt sinc spence exprel sindg cosdg tandg zetac ber bei ker kei"""
BELOW_ONE = "erfinv erfcinv ndtri logit ellipk ellipe ellipkm1"
ONE = dict.fromkeys(EVERYWHERE.split(), X) | dict.fromkeys(BELOW_ONE.split(), U)
SEVERAL = {
    "airy": lambda x: np.stack(sc.airy(x - 1)), "sici": lambda x: np.stack(sc.sici(x)), "shichi": lambda x: np.stack(sc.shichi(x)),
    "fresnel": lambda x: np.stack(sc.fresnel(x)), "ellipj": lambda x: np.stack(sc.ellipj(4 * x, x / 3)),
    "ellipkinc": lambda x: sc.ellipkinc(x, x / 3), "ellipeinc": lambda x: sc.ellipeinc(x, x / 3),
    "gammainc": lambda x: sc.gammainc(x, x[::-1]), "gammaincc": lambda x: sc.gammaincc(x, 0.8),
    "betainc": lambda x: sc.betainc(x, x[::-1], 0.3), "betaincc": lambda x: sc.betaincc(2.0, x, 0.3),
    "gammaincinv": lambda x: sc.gammaincinv(x, 0.3), "gammainccinv": lambda x: sc.gammainccinv(2.0, x / 3),
    "betaincinv": lambda x: sc.betaincinv(x, 2.0, x / 3), "stdtr": lambda x: sc.stdtr(x + 1, x), "stdtrit": lambda x: sc.stdtrit(3.0, x / 3),
    "chdtr": lambda x: sc.chdtr(x, 0.8) + sc.chdtrc(2.0, x) + sc.chdtri(3.0, x / 3), "fdtr": lambda x: sc.fdtr(x, 3.0, 0.8) + sc.fdtrc(2.0, x, 0.8),
    "gdtr": lambda x: sc.gdtr(x, x + 1, 0.8) + sc.gdtrc(1.0, x, 0.8), "bdtr": lambda x: sc.bdtr(1, 3, x / 3) - 2 * sc.bdtrc(1, 3, x / 3),
    "pdtr": lambda x: sc.pdtr(2, x) + sc.pdtrc(1, x), "nbdtr": lambda x: sc.nbdtr(1, 3, x / 3) - 2 * sc.nbdtrc(1, 3, x / 3),
    "jv": lambda x: sc.jv(x, 1.2), "yv": lambda x: sc.yv(1.5, x), "iv": lambda x: sc.iv(x, 1.2), "kv": lambda x: sc.kv(1.5, x),
    "ive": lambda x: sc.ive(1.5, x), "kve": lambda x: sc.kve(1.5, x), "spherical_jn": lambda x: sc.spherical_jn(2, x) + sc.spherical_jn(1, x, True),
    "spherical_yn": lambda x: sc.spherical_yn(2, x), "spherical_in": lambda x: sc.spherical_in(2, x, derivative=True), "spherical_kn": lambda x: sc.spherical_kn(1, x),
    "hyp2f1": lambda x: sc.hyp2f1(x, 2.0, x + 1, x / 3), "hyp1f1": lambda x: sc.hyp1f1(x, 2.0, x), "hyperu": lambda x: sc.hyperu(x[:1], 2.0, x[:2]),
    "zeta": lambda x: sc.zeta(x + 1.5) + sc.zeta(x + 1.5, 2.0), "expn": lambda x: sc.expn(2, x), "polygamma": lambda x: sc.polygamma(2, x),
    "beta": lambda x: sc.beta(x, x[::-1]) + sc.betaln(x, 2.0), "binom": lambda x: sc.binom(x, 2.5) + sc.binom(4.0, x), "poch": lambda x: sc.poch(x, x[::-1]),
    "voigt_profile": lambda x: sc.voigt_profile(x, x + 1, 0.5), "struve": lambda x: sc.struve(1.0, x), "agm": lambda x: sc.agm(x, 1.0),
    "elliprf": lambda x: sc.elliprf(x, 1.0, 2.0) + sc.elliprj(x, 1.0, 2.0, 3.0), "boxcox": lambda x: sc.boxcox(x, 0.3) + sc.inv_boxcox1p(x, 0.3) + sc.boxcox1p(x, 0.3),
    "eval_gegenbauer": lambda x: sc.eval_gegenbauer(3, x, 0.4), "eval_jacobi": lambda x: sc.eval_jacobi(3, x, 1.0, x / 3),
    "eval_genlaguerre": lambda x: sc.eval_genlaguerre(3, 0.5, x), "eval_legendre": lambda x: sc.eval_legendre(np.arange(5), x[:, None] / 3),
    "eval_sh_chebyt": lambda x: sc.eval_sh_chebyt(3, x) + sc.eval_sh_legendre(2, x) + sc.eval_sh_chebyu(2, x), "powm1": lambda x: sc.powm1(x, 2.0),
}  # fmt: skip
CASES = {name: (getattr(sc, name), x) for name, x in ONE.items()} | {
    name: (f, X) for name, f in SEVERAL.items()
}
NO_FORMULA = {"zetac", "ellipkm1", "exprel", "ber", "bei", "ker", "kei", *SEVERAL}  # or none in all arguments


@pytest.mark.parametrize("name", CASES)
def test_special_functions(name):
    f, x = CASES[name]
    truth = dl.jacobian(f, x, "reference")
    size = np.max(np.abs(truth))
    np.testing.assert_allclose(dl.jacobian(f, x, "richardson"), truth, atol=1e-8 * size)
    for method in ("forward", "reverse"):
        np.testing.assert_allclose(dl.jacobian(f, x, method), truth, rtol=1e-11, atol=1e-13 * size)
    try:
        written = dl.jacobian(f, x, "symbolic")
    except dl.DerivativeError:
        assert name in NO_FORMULA
    else:
        np.testing.assert_allclose(written, truth, rtol=1e-12, atol=1e-15 * size)


FAR = {
    "expit": (sc.expit, [-40.0, 12.0, 40.0]), "expm1": (np.expm1, [-30.0, -12.0, 3.0]), "erfcx": (sc.erfcx, [2.0, 40.0, 1e4]),
    "dawsn": (sc.dawsn, [1e-9, 30.0, -1e4]), "i0e": (sc.i0e, [-3.0, 1e5]), "k1e": (sc.k1e, [0.1, 1e5]), "i0": (np.i0, [-1e-8, 1e-12, 2.0]),
    "sinc": (np.sinc, [-1e-3, 1e-8, 0.15, 0.17]), "ellipk": (sc.ellipk, [-1e-8, 1e-12, 0.999]), "ellipe": (sc.ellipe, [-1e-8, 1e-12, 0.999]),
    "exprel": (sc.exprel, [-1e-8, 1e-12, 30.0]), "zeta": (sc.zeta, [1.01, 40.0, 150.0]), "betaln": (lambda x: sc.betaln(x, 2.5), [0.1, 1e5]),
    "boxcox1p": (lambda x: sc.boxcox1p(x, 0.3), [-1e-8, 1e-12]), "pseudo_huber": (lambda x: sc.pseudo_huber(1.0, x), [-1e-8, 1e-5, 1e5]),
    "log_expit": (sc.log_expit, [-150.0, 40.0, 150.0]), "logaddexp": (lambda x: np.logaddexp(x, 1.0), [-90.0, 1.0, 150.0]),
}  # fmt: skip


@pytest.mark.parametrize("method", ["forward", "reverse"])
@pytest.mark.parametrize("name", FAR)
def test_no_digits_are_lost_far_out_and_near_0(name, method):
    f, points = FAR[name]
    for x in points:
        assert dl.derivative(f, x, method) == pytest.approx(dl.derivative(f, x, "reference"), rel=1e-12)


def test_slopes_from_more_digits_have_slopes_themselves():
    f = lambda a: sc.gammainc(a, a[::-1]) @ a  # noqa: E731
    a = np.array([1.5, 2.5])
    np.testing.assert_allclose(dl.hessian(f, a), dl.hessian(f, a, "richardson"), rtol=1e-6)
    assert dl.grad(dl.grad(sc.zeta))(3.0) == pytest.approx(
        dl.grad(dl.grad(sc.zeta), "reference")(3.0), rel=1e-13
    )


def test_an_order_between_whole_numbers_has_no_recurrence():
    with pytest.raises(dl.DerivativeError, match=r"scipy\.special\.eval_laguerre at test_special\.py"):
        dl.derivative(lambda x: sc.eval_laguerre(2.5, x), 0.3)


def test_a_slope_that_sympy_cannot_write_is_refused():
    with pytest.raises(dl.DerivativeError, match="no formula for the slope of besselj in its argument 1"):
        dl.derivative(lambda v: sc.jv(v, 1.2), 0.3, "symbolic")
