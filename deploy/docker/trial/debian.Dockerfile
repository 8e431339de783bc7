# Stand-ins for debian and python: a Debian made by debootstrap, and a Python 3.12 of this machine on it.
FROM scratch AS debian
ADD root.tar /
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
CMD ["bash"]

FROM debian AS python
ADD python.tar /usr/local/
# The authorities are this machine's, so that pip reaches what the machine reaches.
RUN ldconfig && cd /usr/local/bin && rm -f pip* 2to3* idle* && ln -sf python3.12 python3 && ln -sf python3.12 python \
 && printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' > /etc/pip.conf \
 && python3 -m ensurepip --upgrade && find /usr/local -name __pycache__ -prune -exec rm -rf {} +
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
CMD ["python3"]
