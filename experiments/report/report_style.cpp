#include "experiments/report/report_style.hpp"

namespace echelon::experiments {

const std::string_view report_style = R"css(:root{
  --page:#fbfaf8;--card:#fff;--ink:#22252a;--soft:#6a6f78;--rule:#e6e3dd;--grid:#efece6;--link:#1f5fa8;
  --c0:#3b6fb6;--c1:#d1782c;--c2:#3f9271;--c3:#a8456b;--c4:#7a62b3;--c5:#8a7430;--c6:#3c94a6;--c7:#6b6f76;
  --ha:#eaf1f7;--hb:#cfe0ee;--hc:#abcbe2;--hd:#80b0d3;--he:#5791c1;--hf:#3a70aa;--hg:#284f8c;--hh:#1b2f66;
  --hx:#dd8f5a;--slow:#111;--good:#2f7d5b;--bad:#b3402f;--warn:#a66a14;--goodbg:#e8f3ed;--badbg:#f8e9e6;--warnbg:#f8f0e0}
@media(prefers-color-scheme:dark){:root{
  --page:#14161a;--card:#1b1e23;--ink:#e4e5e7;--soft:#989ea8;--rule:#2c3037;--grid:#262a30;--link:#86b4ea;
  --c0:#75a7e6;--c1:#eb9f5c;--c2:#6bc09b;--c3:#dd7fa3;--c4:#ac97e3;--c5:#c3ab61;--c6:#6dc3d4;--c7:#a2a7af;
  --ha:#20262e;--hb:#223243;--hc:#25435f;--hd:#2a587f;--he:#3a739f;--hf:#5b93bd;--hg:#8db7d6;--hh:#cfe4f2;
  --hx:#a8613a;--slow:#fff;--good:#79c7a2;--bad:#ec8a7a;--warn:#e0b266;--goodbg:#1c2d25;--badbg:#35211e;--warnbg:#332a1a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
  "Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1180px;margin:0 auto;padding:44px 28px 80px}
header{margin-bottom:30px}
h1{font-size:30px;font-weight:650;letter-spacing:-.015em;line-height:1.2;margin:0 0 6px}
h2{font-size:19px;font-weight:650;letter-spacing:-.005em;margin:0 0 4px}
h3{font-size:14.5px;font-weight:600;margin:20px 0 6px}
header p,.lead{color:var(--soft);margin:0;max-width:76ch}
.lead{margin-bottom:14px}
section{border-top:1px solid var(--rule);padding:26px 0 12px;margin-top:22px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:12px;margin:18px 0 4px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:12px 15px}
.card b{display:block;font-size:22px;font-weight:620;letter-spacing:-.01em;font-variant-numeric:tabular-nums;line-height:1.3}
.card span{color:var(--soft);font-size:12.5px}
.words{max-width:82ch;padding:0;margin:6px 0 0;list-style:none}
.words li{padding:9px 0 9px 18px;border-left:3px solid var(--rule);margin:0 0 8px}
.words li.good{border-color:var(--good)}.words li.bad{border-color:var(--bad)}
.banner{border-radius:8px;padding:9px 14px;margin:10px 0;background:var(--warnbg);color:var(--warn)}
.banner.bad{background:var(--badbg);color:var(--bad)}
.pair{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:16px 26px}
figure{margin:12px 0 8px;min-width:0}
figcaption{font-size:13.5px;font-weight:600;margin-bottom:4px}
figcaption small{font-weight:400;color:var(--soft);font-size:12.5px}
svg{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif;
  font-variant-numeric:tabular-nums}
svg text{fill:var(--soft)}svg .small{font-size:10.5px}svg .title{font-size:11.5px}
svg .bars text{fill:var(--ink)}
.grid{stroke:var(--grid);fill:none}.axis,.tick{stroke:var(--soft);fill:none;stroke-opacity:.7}
.rule{stroke:var(--soft);stroke-dasharray:4 4;fill:none}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}.band{stroke:none;opacity:.16}
.whisker{fill:none;stroke-width:3;stroke-opacity:.45;stroke-linecap:round}
.cursor{stroke:var(--soft);stroke-opacity:.6;fill:none}
.line.c0,.whisker.c0{stroke:var(--c0)}.line.c1,.whisker.c1{stroke:var(--c1)}.line.c2,.whisker.c2{stroke:var(--c2)}
.line.c3,.whisker.c3{stroke:var(--c3)}.line.c4,.whisker.c4{stroke:var(--c4)}.line.c5,.whisker.c5{stroke:var(--c5)}
.line.c6,.whisker.c6{stroke:var(--c6)}.line.c7,.whisker.c7{stroke:var(--c7)}
rect.c0,.band.c0,.dot.c0{fill:var(--c0)}rect.c1,.band.c1,.dot.c1{fill:var(--c1)}rect.c2,.band.c2,.dot.c2{fill:var(--c2)}
rect.c3,.band.c3,.dot.c3{fill:var(--c3)}rect.c4,.band.c4,.dot.c4{fill:var(--c4)}rect.c5,.band.c5,.dot.c5{fill:var(--c5)}
rect.c6,.band.c6,.dot.c6{fill:var(--c6)}rect.c7,.band.c7,.dot.c7{fill:var(--c7)}
i.c0{background:var(--c0)}i.c1{background:var(--c1)}i.c2{background:var(--c2)}i.c3{background:var(--c3)}
i.c4{background:var(--c4)}i.c5{background:var(--c5)}i.c6{background:var(--c6)}i.c7{background:var(--c7)}
.ha{fill:var(--ha)}.hb{fill:var(--hb)}.hc{fill:var(--hc)}.hd{fill:var(--hd)}.he{fill:var(--he)}.hf{fill:var(--hf)}
.hg{fill:var(--hg)}.hh{fill:var(--hh)}.hx{fill:var(--hx)}.slow{fill:var(--slow)}
i.ha{background:var(--ha)}i.hb{background:var(--hb)}i.hc{background:var(--hc)}i.hd{background:var(--hd)}
i.he{background:var(--he)}i.hf{background:var(--hf)}i.hg{background:var(--hg)}i.hh{background:var(--hh)}
i.hx{background:var(--hx)}i.slow{background:var(--slow)}
rect.used{fill:var(--good)}rect.spare{fill:var(--hd)}rect.wasted{fill:var(--hx)}rect.busy{fill:var(--c0)}rect.idle{fill:var(--rule)}
i.used{background:var(--good)}i.spare{background:var(--hd)}i.wasted{background:var(--hx)}i.busy{background:var(--c0)}i.idle{background:var(--rule)}
.heat{background:var(--card)}
.ramp,.legend{display:flex;flex-wrap:wrap;align-items:center;color:var(--soft);font-size:12.5px;margin:4px 0 6px;padding:0;list-style:none}
.ramp i{width:20px;height:11px;display:inline-block}.ramp span{margin:0 8px}.ramp span:first-child{margin-left:0}
.ramp i.gap{margin-left:12px;width:11px}.ramp i.slow{width:5px;height:5px}
.legend{gap:4px 18px}.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.key{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;vertical-align:-1px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;margin:6px 0 10px;font-variant-numeric:tabular-nums}
th{font-weight:550;color:var(--soft);text-align:left;font-size:12.5px;vertical-align:bottom}
th,td{padding:6px 16px 6px 0;border-bottom:1px solid var(--rule)}
td{vertical-align:top}th.n,td.n{text-align:right}td.n{white-space:nowrap}td:first-child{min-width:13em;max-width:22em}
td code,.hash{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.good{color:var(--good)}.bad{color:var(--bad)}li.good,li.bad{color:inherit}
.note{color:var(--soft);font-size:13px;margin:4px 0 10px;max-width:88ch}
details{margin:8px 0;border:1px solid var(--rule);border-radius:8px;background:var(--card)}
summary{cursor:pointer;padding:8px 14px;font-size:13.5px}
pre{margin:0;padding:4px 16px 14px;overflow-x:auto;font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
#tip{position:fixed;pointer-events:none;z-index:2;background:var(--card);color:var(--ink);border:1px solid var(--rule);border-radius:7px;
  padding:6px 10px;font-size:12.5px;line-height:1.45;box-shadow:0 3px 14px rgba(0,0,0,.16);display:none;font-variant-numeric:tabular-nums}
footer{color:var(--soft);font-size:12.5px;margin-top:40px}
@media print{body{background:#fff}section{break-inside:avoid}}
)css";

// Read-outs under the pointer. The page says everything without them, so nothing depends on this.
const std::string_view report_script = R"js((function(){
"use strict";
var tip=document.createElement("div");tip.id="tip";document.body.appendChild(tip);
function hide(){tip.style.display="none";}
function show(e,lines){
  tip.textContent="";
  lines.forEach(function(l){var d=document.createElement("div");
    if(l[0]){var k=document.createElement("i");k.className="key "+l[0];d.appendChild(k);}
    d.appendChild(document.createTextNode(l[1]));tip.appendChild(d);});
  tip.style.display="block";
  var w=tip.offsetWidth,x=e.clientX+16;if(x+w>innerWidth-8)x=e.clientX-w-16;
  tip.style.left=x+"px";tip.style.top=Math.max(4,e.clientY-tip.offsetHeight-8)+"px";}
function nums(s){return s.split(",").map(Number);}
function at(svg,e){var p=svg.createSVGPoint();p.x=e.clientX;p.y=e.clientY;return p.matrixTransform(svg.getScreenCTM().inverse());}
function data(axis,share){return axis[2]?axis[0]*Math.pow(axis[1]/axis[0],share):axis[0]+(axis[1]-axis[0])*share;}
function text(v,axis){return axis[3]?(100*v).toPrecision(4)+" %":String(Number(v.toPrecision(4)));}
document.querySelectorAll("svg.chart").forEach(function(svg){
  var X=nums(svg.dataset.x),Y=nums(svg.dataset.y),b=nums(svg.dataset.box);
  var lines=Array.prototype.map.call(svg.querySelectorAll(".line"),function(p){
    var pts=[],x=0,y=0;
    p.getAttribute("d").replace(/([MLHV])([-\d.]+)(?: ([-\d.]+))?/g,function(_,c,a,d){
      if(c==="H"){x=+a;return"";} if(c==="V")y=+a;else{x=+a;y=+d;} pts.push([x,y]);return"";});
    return{name:p.dataset.name,key:p.getAttribute("class").split(" ")[1],step:/H/.test(p.getAttribute("d")),pts:pts};});
  var c=document.createElementNS("http://www.w3.org/2000/svg","path");c.setAttribute("class","cursor");svg.appendChild(c);
  svg.addEventListener("mousemove",function(e){
    var q=at(svg,e);if(q.x<b[0]||q.x>b[1]){hide();return;}
    c.setAttribute("d","M"+q.x.toFixed(1)+" "+b[3]+"V"+b[2]);
    var out=[["",svg.dataset.xt+" "+text(data(X,(q.x-b[0])/(b[1]-b[0])),X)]];
    lines.slice(0,12).forEach(function(l){
      var lo=0,hi=l.pts.length-1;if(hi<0||q.x<l.pts[0][0]-3||q.x>l.pts[hi][0]+3)return;
      while(lo<hi){var m=(lo+hi+1)>>1;if(l.pts[m][0]<=q.x)lo=m;else hi=m-1;}
      var y=l.pts[lo][1],n=l.pts[lo+1];
      if(!l.step&&n&&n[0]>l.pts[lo][0])y+=(n[1]-y)*Math.max(0,Math.min(1,(q.x-l.pts[lo][0])/(n[0]-l.pts[lo][0])));
      out.push([l.key,(l.name?l.name+"  ":"")+text(data(Y,(b[2]-y)/(b[2]-b[3])),Y)]);});
    show(e,out);});
  svg.addEventListener("mouseleave",function(){c.removeAttribute("d");hide();});});
document.querySelectorAll("svg.heat").forEach(function(svg){
  var b=nums(svg.dataset.box),g=nums(svg.dataset.grid),cells=svg.dataset.cells,levels=svg.dataset.levels.split(",");
  svg.addEventListener("mousemove",function(e){
    var q=at(svg,e),col=Math.floor((q.x-b[0])/(b[1]-b[0])*g[1]),row=Math.floor((q.y-b[3])/(b[2]-b[3])*g[0]);
    if(col<0||row<0||col>=g[1]||row>=g[0]){hide();return;}
    var span=function(i,per,end){var f=i*per,l=Math.min(f+per,end)-1;return f===l?""+f:f+"–"+l;};
    var k=cells.charAt(row*g[1]+col),n=k.charCodeAt(0)-97;
    var said=k==="x"?"no answer (mostly)":k==="."?"no data":levels[n]+" to "+levels[n+1];
    var r=col*g[5]+1,t=Math.min(r+g[5],g[4]+1)-1;
    show(e,[["",svg.dataset.node+" "+span(row,g[3],g[2])+", round "+(r===t?r:r+"–"+t)],["",said]]);});
  svg.addEventListener("mouseleave",hide);});
})();
)js";

}  // namespace echelon::experiments
