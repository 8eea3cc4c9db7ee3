sv='''days_7 = "7 dagar"
share = "Länkar till rapporten"
share_text = "Den som har en länk läser den här rapporten utan konto, på webben och som PDF, tills länken slutar gälla eller dras in. Inget annat blir synligt."
share_once = "Kopiera länken nu"
share_once_text = "Den visas bara den här gången."
made = "Skapad"
opened = "Öppnad"
make_link = "Skapa länk"
as_pdf = "Hämta rapporten som PDF"
'''
en='''days_7 = "7 days"
share = "Links to the report"
share_text = "Whoever has a link reads this report without an account, on the web and as PDF, until the link ends or is revoked. Nothing else can be seen."
share_once = "Copy the link now"
share_once_text = "It is shown only this time."
made = "Made"
opened = "Opened"
make_link = "Make a link"
as_pdf = "Get the report as PDF"
'''
for l,t in (('sv',sv),('en',en)):
    p=f'reports/words/web.{l}.toml'; s=open(p).read()
    k=s.index('\nno_link_text = '); e=s.index('\n',k+1)+1
    open(p,'w').write(s[:e]+t+s[e:])
