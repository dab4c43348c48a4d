// oxlint-disable max-lines -- data
/** One query per line; `⏎`, `⇥` and `␍` stand for line feed, tab and carriage return. */
const lines = String.raw`
foo
foo{}
{foo="bar"}
{"foo"}
{"foo",a="b"}
{a="b","foo"}
{"my.metric"}
{"my.metric",a="b"}
{"my metric","x.y"="z"}
{"sum"}
{"inf"}
{"on"}
{"foo:bar",a="b"}
foo{"a.b"="c"}
foo{"a"="c"}
foo{a="b",}
foo{a="b",b!="c",c=~"d",d!~"e"}
foo{,}
foo{a="b",,}
foo{a}
foo{"a"}
foo{a=}
foo{a=b}
foo{a=1}
foo{a="b" c="d"}
foo{a=="b"}
foo{a~="b"}
foo{a!"b"}
foo{=~"b"}
foo{a="b"
foo{
foo{a
foo{a=
foo{{}}
foo}
foo{__name__="bar"}
foo{__name__=~"bar"}
foo{__name__!="bar"}
{"foo",__name__="bar"}
{"foo","bar"}
{__name__="foo"}
{__name__="foo",__name__="bar"}
{__name__="foo",__name__=~"b.*"}
{__name__=~"foo.+"}
{__name__=""}
{}
{a=""}
{a!="b"}
{a=~".*"}
{a=~".+"}
{a!~".+"}
{a=~".*",b="c"}
{a=~""}
foo{a=~"("}
foo{a=~"(?P<"}
foo{a=~"[a"}
foo{a=~"*"}
foo{a!~"a**"}
foo{a=~"a{1001}"}
foo{1a="b"}
foo{a.b="c"}
foo{a:b="c"}
foo{"a:b"="c"}
foo{on="a"}
foo{offset="a",by="b",start="c",nan="d"}
foo{a='b"c'}
foo{a="b\"c\\d\n"}
foo{a="\x41\101é\U0001F600"}
foo{a="\q"}
foo{a="\xzz"}
foo{a="\777"}
foo{a="b⏎c"}
foo{a='x⏎y'}
foo{a="unclosed}
foo{ü="x"}
foo{"ü"="x"}
fooü
"ü" + 1
ü
{a="ü"} + foo)
"x
'x
1
-1
+1
--1
+-1
- 1
-(1)
-1^2
-1 ^ -2
2^-1
2^3^2
1.
.5
1.5
1.e1
1e3
1E3
1e+3
1e-3
1e
1e+
1_000
1__000
1_
1_000.5
1_000_
0x10
0xG
0x
0x1.5
0x_f
0xFFFFFFFFFFFFFFFFF
007
0o7
08
0b1
0.0
-0
1e400
1.2.3
1..2
1./6.
1.+2.
1.*.5
inf
Inf
+Inf
-inf
INF
NaN
nan
NAN
-nan
123456789012345678901234567890
0.000001
0.0000001
1e21
1e20
100000000000000000000000
5m
1h30m
30m1h
1m1m
1m30
0s
-5m
1y2w3d4h5m6s7ms
1d12
1.5h
1h1.5m
3mm
5ms
5us
5M
9223372036s
99999999999999999s
300y
1s5
60m
24h
90s
3600s
1000ms
1500ms
25h
8d
1 + 2
1 - 2 - 3
1 * (2 + 3)
(1)
((1))
()
(foo)
(1
1)
(1))
foo)
foo[5m
foo[
foo]
foo[5m]]
[5m]
foo[]
foo[:]
foo[:5m]
foo[5m:]
foo[5m:1m]
foo[5m:1m:1m]
foo[5m::1m]
foo[a]
foo[5]
foo[5.5]
foo[0.0005]
foo[0]
foo[0m]
foo[-5m]
foo[5m:0]
foo[5m:0s]
foo[5m:-1m]
foo[5m:10]
foo["5m"]
foo[5m 5m]
foo[5m] [5m]
foo[5m][5m]
foo[5m][5m:]
foo[5m:][5m:1m]
foo[5m:1m][5m]
(foo)[5m]
(foo)[5m:1m]
rate(foo[5m])[5m]
rate(foo[5m])[5m:]
sum(foo)[5m:]
1[5m]
1[5m:]
"a"[5m:]
foo[5m] offset 5m
foo offset 5m [5m]
foo @ 5 [5m]
foo[5m] @ 5
foo offset 5m
foo offset -5m
foo offset +5m
foo offset - 5m
foo offset 5
foo offset 1.5
foo offset 1.0005
foo offset -7
foo offset 0
foo offset 0s
foo offset
foo offset foo
foo offset "5m"
foo offset 5m offset 5m
foo offset 5m @ 5 offset 5m
foo offset (5m)
foo offset 5m*2
foo offset (5m*2)
foo offset -(5m*2)
foo offset -(5m)
foo offset step()
foo offset -step()
foo offset min(step(),5m)
foo offset 1h1m1s1ms
foo offset 99999999999
OFFSET
offset
offset offset 5m
foo OFFSET 5m
foo @ 5
foo @ -5
foo @ +5
foo @ 5.123
foo @ 5.1234
foo @ 5.0005
foo @ 1e3
foo @ 0x10
foo @ 1603774568
foo @ 1603774568.123
foo @ -0.001
foo @ 0
foo @ inf
foo @ -inf
foo @ nan
foo @ 1e20
foo @ 9223372036854775
foo @ 9223372036854776
foo @ 5m
foo @ "5"
foo @
foo @ @
foo @ start
foo @ start(
foo @ start()
foo @ end()
foo @ START()
foo @ start(5)
foo @ -start()
foo @ foo
foo @ 5 @ 6
foo @ start() @ 6
foo @ 5 offset 5m
foo[5m] @ end() offset 1m
foo[5m:1m] @ 10 offset -1m
(foo)[5m:1m] offset 1m
(foo) offset 5m
(foo) @ 5
sum(foo) offset 5m
rate(foo[5m]) offset 5m
1 offset 5m
1 @ 5
"a" offset 5m
start
end
start()
start{a="b"}
start(foo)
end()
foo + start
step
step()
step{a="b"}
foo[step()]
foo[step():step()]
foo[5m*2]
foo[5m * 2 + 1s]
foo[(5m)]
foo[-(5m)]
foo[5m-5m]
foo[5m-10m]
foo[5m^2]
foo[2^3]
foo[10%3]
foo[10/3]
foo[10/0]
foo[10%0]
foo[-5m+10m]
foo[5m+step()]
foo[min(step(),5m)]
foo[max(step(),5m)]
foo[max(5m)]
foo[max(1,2,3)]
foo[min(1,2)]
foo[MIN(1,2)]
foo[range()]
foo[step]
foo[step(]
foo[5m:step()]
foo[5m:1m*2]
foo[5m:min(step(),1m)]
foo[(5m+1m)*2:1m]
foo[5m + ]
foo[+5m]
foo[5m+(1m]
foo[1e10]
foo[9223372036]
foo[9223372037]
foo[1e400]
foo[inf]
foo[nan]
foo[1y]
foo[100y]
foo[300y]
foo[5m,1m]
foo[5m @ 1]
sum(foo)
SUM(foo)
Sum By (a) (foo)
sum by (a) (foo)
sum(foo) by (a)
sum(foo) without (a, b)
sum by (a) (foo) by (b)
sum by (a)
sum by a (foo)
sum by (a,) (foo)
sum by (,) (foo)
sum by () (foo)
sum without () (foo)
sum() by ()
sum by (a b) (foo)
sum by ("a") (foo)
sum by ("a.b", c) (foo)
sum by ("") (foo)
sum by (1) (foo)
sum by (on, sum, offset, start, bool) (foo)
sum by (inf, nan) (foo)
sum by (and, atan2, step) (foo)
sum by (a:b) (foo)
sum by (__name__) (foo)
sum by ({a="b"}) (foo)
sum by (a)(foo
sum(
sum()
sum
sum{a="b"}
sum + sum
sum(foo, bar)
sum(foo,)
sum(1)
sum("a")
sum(foo[5m])
sum(5, foo)
topk(5, foo)
topk(foo)
topk(foo, 5)
topk("a", foo)
topk(5, foo, bar)
topk(5, foo) by (a)
topk by (a) (5, foo)
bottomk(scalar(foo), foo)
quantile(0.5, foo)
quantile(foo, foo)
count_values("a", foo)
count_values("a.b", foo)
count_values(1, foo)
count_values(foo, foo)
limitk(5, foo)
limit_ratio(0.5, foo)
limit_ratio(-0.5, foo)
limitk(foo)
sum.foo
sum by (a) foo
avg without(a) (rate(foo[1m]))
group(foo) by(a)
stddev(foo)
rate(foo[5m])
rate(foo)
rate()
rate(foo[5m], 1)
rate(1)
rate("a")
rate(foo[5m]
rate(foo[5m],)
rate(,foo)
rate(foo bar)
rate
rate{a="b"}
rate by (a) (foo)
Rate(foo[5m])
unknown(foo)
unknown()
unknown(foo[5m], bar baz)
foo:bar(baz)
foo(bar)
abs(foo)
abs(foo, bar)
abs(1)
abs(foo[5m])
time()
time(1)
pi()
vector(1)
vector(foo)
scalar(foo)
scalar(1)
round(foo)
round(foo, 5)
round(foo, 5, 6)
round()
hour()
hour(foo)
hour(foo, bar)
clamp(foo, 1, 2)
clamp(foo, 1)
clamp_min(foo)
label_replace(foo, "a", "b", "c", "d")
label_replace(foo, "a", "b", "c")
label_replace(foo, 1, "b", "c", "d")
label_join(foo, "a", "b")
label_join(foo, "a", "b", "c", "d", "e")
label_join(foo, "a")
label_join(foo)
label_join(foo, "a", 1)
label_join(foo, "a", "b", foo)
sort_by_label(foo)
sort_by_label(foo, "a")
sort_by_label(foo, "a", "b")
sort_by_label()
sort_by_label_desc(foo, 1)
info(foo)
info(foo, {a="b"})
info(foo, {})
info(foo, bar)
info(foo, {"bar"})
info(foo, {__name__="bar"})
info(foo, 1)
info(foo, (bar))
info(foo, {a="b"}, {c="d"})
info(foo, {a="b"} offset 5m)
info()
holt_winters(foo[5m], 0.5, 0.5)
double_exponential_smoothing(foo[5m], 0.5, 0.5)
mad_over_time(foo[5m])
ts_of_max_over_time(foo[5m])
ts_of_last_over_time(foo[5m])
first_over_time(foo[5m])
histogram_quantile(0.9, foo)
histogram_quantile(foo, 0.9)
histogram_fraction(0, 1, foo)
histogram_quantiles(foo, "a", 0.5)
quantile_over_time(0.5, foo[5m])
quantile_over_time(foo[5m], 0.5)
predict_linear(foo[5m], 60)
predict_linear(foo[5m], "a")
absent(foo)
absent_over_time(foo[5m])
timestamp(foo)
foo + bar
foo + on() bar
foo + on(a) bar
foo + on(a, b) bar
foo + on(a,) bar
foo + on(,) bar
foo + on bar
foo + on(a) group_left bar
foo + on(a) group_left() bar
foo + on(a) group_left(b) bar
foo + on(a) group_left(b, c) bar
foo + on(a) group_left(a) bar
foo + on(a, "b.c") group_left("b.c") bar
foo + ignoring(a) group_left(a) bar
foo + ignoring(a) group_right(b) bar
foo + ignoring() bar
foo + group_left(a) bar
foo + group_left bar
foo + on(a) group_left(b) group_right(c) bar
foo + on(a) ignoring(b) bar
foo + on(a) on(b) bar
foo + bool bar
foo == bool bar
foo == BOOL bar
foo == bool on(a) bar
foo == on(a) bool bar
foo == bar
foo == 1
1 == foo
1 == 1
1 == bool 1
1 + bool 1
1 > 2
1 and 1
1 and foo
foo and 1
foo or vector(1)
foo and bar
foo and bool bar
foo and on(a) bar
foo and on(a) group_left bar
foo unless on(a) group_right(b) bar
foo or ignoring(a) bar
foo AND bar
foo Unless bar
foo atan2 bar
foo ATAN2 bar
foo % 2
foo ^ 2 ^ 3
foo =~ bar
foo = bar
foo ! bar
foo != bar
foo !~ bar
foo =
foo <> bar
foo >= bar
foo >== bar
foo & bar
foo | bar
foo && bar
foo $ bar
foo # comment
foo # comment⏎ + bar
# only a comment
# comment⏎foo
foo{a="b", # c⏎ d="e"}
foo + # x⏎# y⏎bar
foo # x␍+ bar
"a # b"
foo bar
foo 1
1 foo
1 1
foo "a"
"a" "b"
"a"
"a" + 1
"a" + "b"
"a" == "b"
1 + "a"
1 + foo[5m]
foo[5m] + 1
foo[5m]
foo[5m] == foo[5m]
foo + (bar[5m])
1 + on(a) 1
1 + on() 1
1 + on(a) foo
1 + ignoring(a) foo
foo + on(a) 1
foo + on() 1
1 + group_left foo
-foo
+foo
-"a"
-foo[5m]
-(foo[5m])
-foo^2
-foo * bar
- -foo
-sum(foo)
+-1
-(1 + 2)
+(foo)
1 + -1
1 - -1
1 -1
foo -1
foo +bar
* 1
1 *
1 +
+
-
1 + + 1
1 + * 1
foo +
foo + )
foo and
and foo
and
or
by
by(foo)
without
on
bool
ignoring
group_left
atan2
unless
unless{a="b"}
bool + 1
on + 1
group_left{a="b"}
nan{a="b"}
inf{a="b"}
infinity
nanx
sum_over_time
avg{a="b"} offset 5m
foo:bar
:foo
foo:
:
foo::bar
a:b:c{d="e"}
_foo
__foo
_
foo-bar
foo.bar
1foo
foo@5
foo[5m]@5
foo offset5m
foo{a="b"}[5m]offset 5m
{a="b"}[5m]
{a="b"} @ end()
foo{a="b"}{c="d"}
foo {a="b"}
foo [5m]
foo⇥+⇥bar
foo⏎+⏎bar
foo⏎+⏎*
⏎⏎foo⏎⏎  bar
␍foo
⏎
foo;bar
foo,bar
(foo,bar)
,
=
==
!
!=
=~
@
@ 5
[
]
{
}
(
)
"
'
\
a\b
sum(foo) + sum(bar)
sum(foo) / on(a) group_left(b) sum by (a) (rate(bar{a=~"x.*"}[5m] offset 1h))
(foo + bar) * baz
foo + bar * baz
foo * bar + baz
foo or bar and baz
foo == bar != baz
foo < 1 > 2
foo * on(a) bar / on(b) baz
rate(foo{a="b"}[5m])[1h:5m] @ 100 offset 2m
max_over_time(rate(foo[5m])[1h:])
max_over_time((foo > 1)[1h:1m])
sum(rate(very_long_metric_name_number_one{label_one="value_one",label_two="value_two"}[5m])) by (label_one)
sum by (label_one, label_two) (rate(very_long_metric_name_number_one{label_one="value_one",label_two="value_two"}[5m]))
histogram_quantile(0.99, sum by (le, label_one) (rate(very_long_metric_name_bucket{label_one="value_one",job="abc"}[5m])))
label_replace(very_long_metric_name_number_one{label_one="value_one"}, "destination_label", "$1", "source_label", "(.*)")
very_long_metric_name_number_one{label_one="value_one"} / on (label_one) group_left (label_two) very_long_metric_name_number_two{label_one="value_one"}
very_long_metric_name_number_one{label_one="value_one",label_two="value_two",label_three="value_three",label_four="value"}
very_long_metric_name_number_one{label_one="value_one",label_two="value_two",label_three="value_three",label_four="v"}[5m] offset 1h
(very_long_metric_name_number_one{label_one="value_one"} + very_long_metric_name_number_two{label_one="value_one"})
-(very_long_metric_name_number_one{label_one="value_one"} + very_long_metric_name_number_two{label_one="value_one"})
-sum(very_long_metric_name_number_one{label_one="value_one"} + very_long_metric_name_number_two{label_one="value_one"})
max_over_time(sum(rate(very_long_metric_name_number_one{label_one="value_one",label_two="value_two"}[5m]))[1h:5m] offset 1d)
topk(10, very_long_metric_name_number_one{label_one="value_one"} > bool very_long_metric_name_number_two{label_one="v"})
quantile without (label_one, label_two, label_three) (0.9999999, very_long_metric_name_number_one{label_one="value_one"} or very_long_two)
1 + very_long_metric_name_number_one{label_one="value_one"} * (2 + very_long_metric_name_number_two{label_one="value_one"} unless on() abc)
sum_over_time(very_long_metric_name_number_one{label_one="value_one",label_two="value_two",label_three="value_thr"}[5m:1m])
count_values("some_label_that_is_long", very_long_metric_name_number_one{label_one="value_one",label_two="value_two"})
time() - very_long_metric_name_number_one{label_one="value_one",label_two="value_two",label_three="value_three"} @ start()
{"my.very.long.metric.name.that.is.utf8",label_one="value_one",label_two="value_two","label.three"="value_three"}
foo{a="b"} offset 5m @ 3 + bar[5m]
foo{a="b", a="b"}
foo{b="1",a="2"}
rate(foo[5m]) > bool 0.1 and on (a, b) bar
count_values without (a) ("b", foo)
abs(sum(foo[5m]))
sum(abs(foo[5m]))
abs(foo) + rate(bar)
topk(1, 2)
topk(foo[5m], bar)
foo == bool 1 == 1
foo + 1[5m]
rate(foo[5m:1m])
rate(rate(foo[5m])[5m:1m])
rate((foo[5m]))
sum((foo))
scalar((foo))
foo{a=~"a|b",b!~"x|y"}
foo{a="a\u0000b"}
foo{a="�"}
foo{a="<&>"}
"<&>"
"a\"b"
'a"b'
"\t\n\u00e9\u2028"
sum(without abs(foo[5m]))
limitk(5 group_left foo)
"a"[5m: (]
topk(1, ^ )
sum(, foo)
sum(foo by ) by (a)
sum(foo(a group_left(foo)
1_!= .5
quantile(-0.51_, foo)
info(foo,MIN(1,2)]{})
unless[-5m
topk(5, foo, * ) bar)
(sum(foo) bar)
foo[5m a]
foo[5m a 5m]
foo + on(a) group_left * bar
foo + on(a) group_left
(foo + on(a) group_right)
.5m
`;

/** Queries that are wrong, or right for reasons that are easily missed. */
export const trickyQueries: readonly string[] = [
  '',
  ' ',
  'foo{a=`b\\c`}',
  '`raw\n"x"`',
  '`unclosed',
  ...lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('⏎', '\n').replaceAll('⇥', '\t').replaceAll('␍', '\r')),
];
